# Changes of Windows services, and what is recorded for the way back. Never without the names of both server and service.
$patience = [System.TimeSpan]::FromMinutes(15)

function Set-Startup($server, $name, $startup) {
  $service = Find-Service $server $name
  if ((Get-Startup $server $service) -ceq $startup) { return }
  Write-Note "setting the startup type of '$name' on '$server' to $startup"
  $code = 0
  if ('Manual', 'Disabled' -ccontains $startup) { $code = $service.ChangeStartMode($startup).ReturnValue }
  else {
    $type = 'auto'
    if ($startup -ceq 'AutomaticDelayed') { $type = 'delayed-auto' }
    # Win32_Service cannot say "delayed", and leaves the mark of it where a service had it before.
    $said = & sc.exe ('\\' + $server) config $name 'start=' $type
    $code = $LASTEXITCODE
    if ($code -ne 0) { Write-Note ([string]::Join(' ', [string[]]@($said))) }
  }
  $found = Get-Startup $server (Find-Service $server $name)
  if ($found -cne $startup) {
    throw "cannot set the startup type of service '$name' on server '$server' to ${startup}: it is $found (code $code); look at the rights of this account there"
  }
}

function Get-ServiceState($server, $name) {
  $service = Find-Service $server $name
  $state = [string]$service.State
  if ('Running', 'Stopped' -cnotcontains $state) {
    throw "cannot record service '$name' on server '$server': it is in the state '$state'; wait until it is Running or Stopped, or bring it there"
  }
  return @{ server = [string]$server; service = [string]$name; startup = [string](Get-Startup $server $service); state = $state }
}

function Get-ServiceStates($services) {
  $states = New-Object System.Collections.ArrayList
  foreach ($each in $services) { [void]$states.Add((Get-ServiceState ([string]$each['server']) ([string]$each['service']))) }
  return @{ list = $states }
}

# The process that is the service's own; a number alone may soon be another process.
function Find-Process($server, $number, $created) {
  foreach ($process in @(Get-WmiObject -Class Win32_Process -ComputerName $server)) {
    if ($process.ProcessId -eq $number -and ($null -eq $created -or [string]$process.CreationDate -ceq $created)) { return $process }
  }
  return $null
}

function Stop-Named($server, $name, $viaModule) {
  Set-Startup $server $name 'Disabled'
  $service = Find-Service $server $name
  $process = $null
  if ($service.ProcessId -ne 0 -and [string]$service.ServiceType -ceq 'Own Process') { $process = Find-Process $server $service.ProcessId $null }
  if ([string]$service.State -cne 'Stopped') {
    Write-Note "stopping '$name' on '$server'"
    if ($viaModule -and (Test-OwnService $server $name)) {
      [void](Invoke-Cmdlet 'Stop-CsWindowsService' @{ Name = $name; ComputerName = $server; Confirm = $false })
    }
    else {
      $code = $service.StopService().ReturnValue
      # 5 and 6: it is stopping, or was never started.
      if (0, 5, 6 -notcontains $code) {
        throw "cannot stop service '$name' on server '$server': Windows answers $code (2 no access, 3 others depend on it and run: name them before it); it is disabled already"
      }
    }
  }
  $clock = [System.Diagnostics.Stopwatch]::StartNew()
  while ($true) {
    $state = [string](Find-Service $server $name).State
    $alive = $null
    if ($null -ne $process) { $alive = Find-Process $server $process.ProcessId ([string]$process.CreationDate) }
    if ($state -ceq 'Stopped' -and $null -eq $alive) { return }
    if ($clock.Elapsed -gt $patience) {
      $number = 'none of its own'
      if ($null -ne $alive) { $number = [string]$alive.ProcessId }
      throw "cannot stop service '$name' on server '$server': after $($patience.TotalMinutes) minutes it is '$state' (process $number); end its process there, and run this again"
    }
    Start-Sleep -Seconds 5
  }
}

function Start-Named($server, $name, $startup, $viaModule) {
  $service = Find-Service $server $name
  $first = $startup
  # A disabled service does not start; it may have run all the same.
  if ($startup -ceq 'Disabled' -and [string]$service.State -cne 'Running') { $first = 'Manual' }
  Set-Startup $server $name $first
  $service = Find-Service $server $name
  if ([string]$service.State -cne 'Running') {
    Write-Note "starting '$name' on '$server'"
    if ($viaModule -and (Test-OwnService $server $name)) {
      [void](Invoke-Cmdlet 'Start-CsWindowsService' @{ Name = $name; ComputerName = $server; Confirm = $false })
    }
    else {
      $code = $service.StartService().ReturnValue
      # 10: it runs already; 5: it is about to.
      if (0, 5, 10 -notcontains $code) { throw "cannot start service '$name' on server '$server': Windows answers $code; see the event log of that server" }
    }
  }
  $clock = [System.Diagnostics.Stopwatch]::StartNew()
  while ([string](Find-Service $server $name).State -cne 'Running') {
    if ($clock.Elapsed -gt $patience) {
      throw "cannot start service '$name' on server '$server': it does not run after $($patience.TotalMinutes) minutes; see the event log of that server, mostly for its database or certificate"
    }
    Start-Sleep -Seconds 5
  }
  if ($first -cne $startup) { Set-Startup $server $name $startup }
}

# Gives startup types and states back, in the order of the list.
function Restore-Services($image, $viaModule) {
  foreach ($each in $image) {
    $server = [string]$each['server']
    $name = [string]$each['service']
    if ([string]$each['state'] -ceq 'Running') { Start-Named $server $name ([string]$each['startup']) $viaModule }
    else {
      if ([string](Find-Service $server $name).State -cne 'Stopped') { Stop-Named $server $name $viaModule }
      Set-Startup $server $name ([string]$each['startup'])
    }
  }
}

function Get-Reversed($list) {
  $reversed = [object[]]@($list)
  [System.Array]::Reverse($reversed)
  return @{ list = $reversed }
}
