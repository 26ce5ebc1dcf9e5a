# Stops and disables services in the order of the list, and gives them back in the reverse order.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'services.ps1')
. (Join-Path $PSScriptRoot 'service-changes.ps1')
. (Join-Path $PSScriptRoot 'module.ps1')
$answer = $null
try {
  $document = Read-Document
  $viaModule = [string]$document['step'] -ceq 'stop-persistent-chat'
  $services = @($document['values']['services'])
  if ([string]$document['action'] -ceq 'before') { $answer = (Get-ServiceStates $services).list }
  elseif ([string]$document['action'] -ceq 'do') {
    foreach ($each in $services) { Stop-Named ([string]$each['server']) ([string]$each['service']) $viaModule }
  }
  else { Restore-Services (Get-Reversed $document['image']).list $viaModule }
}
catch { Stop-Step $_ }
Write-Answer $answer
