# The cmdlets of the server's own module, in a runspace without a host: its streams stay apart, what it says on the screen does
# not fall into the answer, and a question to a person fails instead of waiting.
$module = @{ name = ''; runspace = $null; services = @{} }

function Open-Module {
  if ($null -ne $module.runspace) { return }
  $initial = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
  $runspace = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace($initial)
  $runspace.Open()
  $variables = $runspace.SessionStateProxy
  $variables.SetVariable('ProgressPreference', 'SilentlyContinue')
  $variables.SetVariable('ConfirmPreference', 'None')
  $variables.SetVariable('WhatIfPreference', $false)
  $causes = New-Object System.Collections.ArrayList
  foreach ($name in 'SkypeForBusiness', 'Lync') {
    $shell = [System.Management.Automation.PowerShell]::Create()
    $shell.Runspace = $runspace
    [void]$shell.AddCommand('Import-Module')
    [void]$shell.AddParameter('Name', [string[]]@($name))
    [void]$shell.AddParameter('DisableNameChecking', $true)
    [void]$shell.AddParameter('ErrorAction', 'Stop')
    try {
      [void]$shell.Invoke()
      $module.name = $name
      $module.runspace = $runspace
      return
    }
    catch { [void]$causes.Add((Get-Cause $_)) }
    finally { $shell.Dispose() }
  }
  throw "cannot load the module SkypeForBusiness or Lync: $([string]::Join('; ', [string[]]$causes.ToArray())); install the administrative tools of the server here"
}

# What a cmdlet gave, and what it warned of. Any error is a failure: half an answer proves nothing.
function Invoke-Cmdlet($cmdlet, $parameters) {
  Open-Module
  $shell = [System.Management.Automation.PowerShell]::Create()
  $shell.Runspace = $module.runspace
  [void]$shell.AddCommand($module.name + '\' + $cmdlet)
  foreach ($name in @($parameters.Keys)) { [void]$shell.AddParameter($name, $parameters[$name]) }
  $causes = New-Object System.Collections.ArrayList
  $objects = New-Object System.Collections.ArrayList
  $warnings = New-Object System.Collections.ArrayList
  try { foreach ($object in $shell.Invoke()) { if ($null -ne $object) { [void]$objects.Add($object) } } }
  catch { [void]$causes.Add((Get-Cause $_)) }
  foreach ($record in $shell.Streams.Error.ReadAll()) { [void]$causes.Add([string]$record.Exception.Message) }
  foreach ($warning in $shell.Streams.Warning.ReadAll()) {
    [void]$warnings.Add([string]$warning.Message)
    Write-Note "warning of ${cmdlet}: $($warning.Message)"
  }
  $shell.Dispose()
  if ($causes.Count -gt 0) { throw "$cmdlet fails: $([string]::Join('; ', [string[]]$causes.ToArray()))" }
  return @{ objects = $objects; warnings = $warnings }
}

# Whether the service is one of those that the module knows on that server: it refuses all others.
function Test-OwnService($server, $name) {
  if (-not $module.services.ContainsKey($server)) {
    $names = New-Object System.Collections.ArrayList
    foreach ($service in (Invoke-Cmdlet 'Get-CsWindowsService' @{ ComputerName = $server }).objects) { [void]$names.Add([string]$service.Name) }
    $module.services[$server] = $names
  }
  return ($module.services[$server] -icontains $name)
}
