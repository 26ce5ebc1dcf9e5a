# Gives the Persistent Chat services their startup types back and starts them, last stopped first, and stops and disables them again on the way back.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'services.ps1')
. (Join-Path $PSScriptRoot 'service-changes.ps1')
. (Join-Path $PSScriptRoot 'module.ps1')

# The startup type from before the migration. A service that was disabled then is to run all the same.
function Get-Wanted($recorded, $server, $name) {
  foreach ($each in $recorded) {
    if ([string]$each['server'] -ine $server -or [string]$each['service'] -ine $name) { continue }
    if ([string]$each['startup'] -cne 'Disabled') { return [string]$each['startup'] }
  }
  return 'Automatic'
}

$answer = $null
try {
  $document = Read-Document
  $services = @($document['values']['services'])
  if ([string]$document['action'] -ceq 'before') { $answer = (Get-ServiceStates $services).list }
  elseif ([string]$document['action'] -ceq 'do') {
    $recorded = Get-Optional $document['values'] 'recorded'
    foreach ($each in (Get-Reversed $services).list) {
      $startup = Get-Wanted $recorded ([string]$each['server']) ([string]$each['service'])
      Start-Named ([string]$each['server']) ([string]$each['service']) $startup $true
    }
    # A service with a wrong database or certificate starts first, and stops within a minute.
    Write-Note 'watching for a minute whether the services go on running'
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while ($clock.Elapsed.TotalSeconds -lt 60) {
      Start-Sleep -Seconds 10
      foreach ($each in $services) {
        if ([string](Find-Service ([string]$each['server']) ([string]$each['service'])).State -cne 'Running') {
          throw "cannot keep service '$($each['service'])' on server '$($each['server'])' running: it started and stopped again; see the event log of that server, mostly for its database or certificate"
        }
      }
    }
  }
  else { Restore-Services $document['image'] $true }
}
catch { Stop-Step $_ }
Write-Answer $answer
