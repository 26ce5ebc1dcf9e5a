# Sees that no legacy service ran since the export: by what it is now, and by the System log, in which every start and every stop
# of a service is an event 7036. Its words are localised, so that any such event after the export counts.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'services.ps1')

function Get-Events($server, $filter, $oldest) {
  try {
    if ($oldest) { return @{ list = @(Get-WinEvent -ComputerName $server -FilterHashtable $filter -MaxEvents 1 -Oldest) } }
    return @{ list = @(Get-WinEvent -ComputerName $server -FilterHashtable $filter) }
  }
  catch {
    if ([string]$_.FullyQualifiedErrorId -like 'NoMatchingEventsFound*') { return @{ list = @() } }
    throw "cannot read the System log of server '$server': $(Get-Cause $_); let this account read it (group Event Log Readers, firewall rule Remote Event Log Management)"
  }
}

function Assert-NotRun($server, $name, $since) {
  $service = Find-Service $server $name
  if ([string]$service.State -cne 'Stopped') { throw "cannot use the export: service '$name' on server '$server' is '$($service.State)'; set stage to 'prepare', run 'pulumi up', then set it to 'migrate' again, which exports again" }
  $first = (Get-Events $server @{ LogName = 'System' } $true).list
  if ($first.Count -eq 0 -or $first[0].TimeCreated.ToUniversalTime() -gt $since) {
    throw "cannot tell whether service '$name' on server '$server' ran since the export: the System log there begins later; give your own command, or set stage to 'prepare', run 'pulumi up', then set it to 'migrate' again, which exports again"
  }
  foreach ($entry in (Get-Events $server @{ LogName = 'System'; ProviderName = 'Service Control Manager'; Id = 7036; StartTime = $since.ToLocalTime() } $false).list) {
    $told = [string]$entry.Properties[0].Value
    if ($told -ieq [string]$service.DisplayName -or $told -ieq [string]$service.Name) {
      throw "cannot use the export: service '$name' on server '$server' started or stopped at $($entry.TimeCreated.ToUniversalTime().ToString('o', $invariant)), after the export; set stage to 'prepare', run 'pulumi up', then set it to 'migrate' again, which exports again"
    }
  }
}

$answer = $null
try {
  $document = Read-Document
  if ([string]$document['action'] -ceq 'do') {
    $values = $document['values']
    $since = [System.DateTime]::Parse([string]$values['exported']['finishedAt'], $invariant, [System.Globalization.DateTimeStyles]::RoundtripKind).ToUniversalTime()
    foreach ($each in @($values['services'])) { Assert-NotRun ([string]$each['server']) ([string]$each['service']) $since }
  }
}
catch { Stop-Step $_ }
Write-Answer $answer
