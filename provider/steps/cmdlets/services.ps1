# Windows services of other servers, read by WMI over DCOM, which servers of every generation answer.

function Get-AllServices($server) {
  if ([string]::IsNullOrEmpty($server)) { throw 'cannot look for a service: no server is named' }
  try { return @(Get-WmiObject -Class Win32_Service -ComputerName $server) }
  catch { throw "cannot ask server '$server' for its services: $(Get-Cause $_); see that it runs, and that this account is an administrator there" }
}

function Find-Service($server, $name) {
  if ([string]::IsNullOrEmpty($name)) { throw "cannot look for a service on server '$server': no service is named" }
  foreach ($service in (Get-AllServices $server)) { if ([string]$service.Name -ieq $name) { return $service } }
  throw "cannot find service '$name' on server '$server': none has that short name; 'Get-Service -ComputerName $server' shows them"
}

# Whether automatic means delayed is asked of the registry: older servers do not have it in Win32_Service.
function Get-Startup($server, $service) {
  $mode = [string]$service.StartMode
  if ('Manual', 'Disabled' -ccontains $mode) { return $mode }
  if ($mode -cne 'Auto') { throw "cannot handle service '$($service.Name)' on server '$server': its startup type is '$mode'" }
  $key = 'SYSTEM\CurrentControlSet\Services\' + $service.Name
  $read = Invoke-WmiMethod -Namespace 'root\default' -Class StdRegProv -ComputerName $server -Name GetDWORDValue -ArgumentList ([uint32]2147483650), $key, 'DelayedAutostart'
  if ($read.ReturnValue -eq 0 -and $read.uValue -eq 1) { return 'AutomaticDelayed' }
  return 'Automatic'
}
