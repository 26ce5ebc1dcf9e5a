# Sees that each address leads to the pool, that the pool answers, and that it has at least the rooms of the source. It sends no
# message: that needs two users with a policy and a room.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'module.ps1')
. (Join-Path $PSScriptRoot 'sql.ps1')
$port = 5041

function Get-Address($text) {
  $address = [string]$text
  if ($address.StartsWith('sip:', [System.StringComparison]::OrdinalIgnoreCase)) { return $address.Substring(4) }
  return $address
}

function Test-Port($server) {
  $client = New-Object System.Net.Sockets.TcpClient
  try {
    $pending = $client.BeginConnect([string]$server, $port, $null, $null)
    if (-not $pending.AsyncWaitHandle.WaitOne(10000)) { return $false }
    $client.EndConnect($pending)
    return $true
  }
  catch { return $false }
  finally { $client.Close() }
}

# A pool answers some minutes after its services run.
function Wait-Rooms($pool) {
  $clock = [System.Diagnostics.Stopwatch]::StartNew()
  while ($true) {
    $cause = "nothing answers on port $port"
    if (Test-Port $pool) {
      try {
        $rooms = (Invoke-Cmdlet 'Get-CsPersistentChatRoom' @{ PersistentChatPoolFqdn = $pool }).objects.Count
        if ($rooms -gt 0) { return $rooms }
        $cause = 'it shows no room'
      }
      catch { $cause = Get-Cause $_ }
    }
    if ($clock.Elapsed.TotalMinutes -gt 10) { throw "cannot verify pool '$pool': $cause; see the event log of its servers" }
    Write-Note "waiting for pool '$pool': $cause"
    Start-Sleep -Seconds 15
  }
}

# Enabled rooms, by the documented table of nodes: nodeType is false of a room. Group Chat 2010 calls the table Node.
function Get-RoomCount($database) {
  $connection = Open-Sql $database['instance'] ([string]$database['database'])
  $row = (Invoke-Sql $connection @'
DECLARE @rooms bigint;
IF COL_LENGTH(N'dbo.tblNode', N'nodeType') IS NOT NULL EXEC sp_executesql N'SELECT @rooms = COUNT_BIG(*) FROM dbo.tblNode WHERE nodeType = 0 AND disabled = 0', N'@rooms bigint OUTPUT', @rooms OUTPUT;
ELSE IF COL_LENGTH(N'dbo.Node', N'nodeType') IS NOT NULL EXEC sp_executesql N'SELECT @rooms = COUNT_BIG(*) FROM dbo.Node WHERE nodeType = 0 AND disabled = 0', N'@rooms bigint OUTPUT', @rooms OUTPUT;
SELECT @rooms AS rooms;
'@ @{}).rows[0]
  $connection.Dispose()
  if ($null -eq $row['rooms']) { throw "cannot count the rooms of database '$($database['database'])' on '$($database['instance'])': it has no table tblNode or Node with nodeType; give your own command for this step" }
  return [long]$row['rooms']
}

$answer = $null
try {
  $document = Read-Document
  if ([string]$document['action'] -ceq 'do') {
    $values = $document['values']
    $pool = [string]$values['poolFqdn']
    $held = New-Object System.Collections.ArrayList
    foreach ($endpoint in (Invoke-Cmdlet 'Get-CsPersistentChatEndpoint' @{ PersistentChatPoolFqdn = $pool }).objects) { [void]$held.Add((Get-Address $endpoint.SipAddress)) }
    foreach ($address in @($values['addresses'])) {
      if ($held -inotcontains (Get-Address $address)) { throw "cannot look '$address' up: pool '$pool' has no legacy endpoint of that address; see 'Get-CsPersistentChatEndpoint'" }
    }
    $rooms = Wait-Rooms $pool
    $before = Get-RoomCount $values['source']
    $after = Get-RoomCount $values['target']
    if ($after -lt $before) { throw "cannot accept pool '$pool': it has $after enabled rooms, and the source has $before; see the report of the import" }
    Write-Note "$rooms rooms shown by the pool, $after enabled ones in its database, $before in the source"
    $answer = @{ rooms = $after; lookups = @($values['addresses']).Count }
  }
}
catch { Stop-Step $_ }
Write-Answer $answer
