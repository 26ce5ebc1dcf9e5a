# Waits until the message queues of Compliance are empty, then stops and disables its services.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'services.ps1')
. (Join-Path $PSScriptRoot 'service-changes.ps1')
. (Join-Path $PSScriptRoot 'module.ps1')

# All queues of the name: a server's own, and those in which it keeps what it has yet to send to another. -1 where there is none.
function Get-QueueLength($server, $queue) {
  try { $queues = @(Get-WmiObject -Class Win32_PerfRawData_MSMQ_MSMQQueue -ComputerName $server) }
  catch { throw "cannot ask server '$server' for its message queues: $(Get-Cause $_); see that Message Queuing runs there" }
  $length = [long]-1
  foreach ($each in $queues) {
    $name = [string]$each.Name
    if ($name -ieq $queue -or $name.EndsWith('\' + $queue, [System.StringComparison]::OrdinalIgnoreCase)) {
      $length = [System.Math]::Max([long]0, $length) + [long]$each.MessagesinQueue
    }
  }
  return $length
}

# Its own queues a server always counts; one to another server is closed when all is sent. So a name that no server counts is wrong.
function Assert-Known($queues) {
  foreach ($wanted in $queues) {
    $known = $false
    foreach ($each in $queues) {
      if ([string]$each['queue'] -ieq [string]$wanted['queue'] -and (Get-QueueLength ([string]$each['server']) ([string]$each['queue'])) -ge 0) { $known = $true }
    }
    if (-not $known) { throw "cannot find queue '$($wanted['queue'])' on server '$($wanted['server'])' or any other that is named for it; look for its name in Computer Management, Message Queuing" }
  }
}

function Wait-Queue($server, $queue) {
  $length = Get-QueueLength $server $queue
  $clock = [System.Diagnostics.Stopwatch]::StartNew()
  $least = $length
  while ($length -gt 0) {
    Write-Note "$length messages in queue '$queue' of '$server'"
    if ($clock.Elapsed -gt $patience) {
      throw "cannot drain queue '$queue' of server '$server': it has held $least messages or more for $($patience.TotalMinutes) minutes; see that Compliance runs and writes its database; a message that it cannot process stays for ever: a person has to keep and remove it there, or give up what it says"
    }
    Start-Sleep -Seconds 10
    $length = Get-QueueLength $server $queue
    if ($length -lt $least) {
      $least = $length
      $clock = [System.Diagnostics.Stopwatch]::StartNew()
    }
  }
}

$answer = $null
try {
  $document = Read-Document
  $values = $document['values']
  if ([string]$document['action'] -ceq 'before') { $answer = (Get-ServiceStates @($values['services'])).list }
  elseif ([string]$document['action'] -ceq 'do') {
    Assert-Known @($values['queues'])
    foreach ($each in @($values['queues'])) { Wait-Queue ([string]$each['server']) ([string]$each['queue']) }
    foreach ($each in @($values['services'])) { Stop-Named ([string]$each['server']) ([string]$each['service']) $false }
  }
  else { Restore-Services (Get-Reversed $document['image']).list $false }
}
catch { Stop-Step $_ }
Write-Answer $answer
