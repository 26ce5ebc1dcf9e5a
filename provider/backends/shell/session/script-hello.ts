/**
 * The part of the script that says where it runs, and tries whether the session can do anything there: one read of the store
 * of the topology and one bind to the directory, both of which fail in a logon without network credentials.
 */
export const HELLO_PART = String.raw`
$directoryProbe = {
  $root = New-Object System.DirectoryServices.DirectoryEntry 'LDAP://RootDSE'
  $server = [string]$root.PSBase.Properties['dnsHostName'].Value
  $context = [string]$root.PSBase.Properties['configurationNamingContext'].Value
  $entry = New-Object System.DirectoryServices.DirectoryEntry ('LDAP://' + $server + '/' + $context)
  if ([string]$entry.PSBase.Properties['distinguishedName'].Value -ne $context) { throw 'the directory shows nothing to this account' }
  $server
}

function Get-Hash {
  $signature = $text.IndexOf('# SIG # ' + 'Begin signature block')
  $plain = $text
  if ($signature -ge 0) { $plain = $text.Substring(0, $signature) }
  $plain = $plain.Replace([string][char]13, '').TrimEnd()
  $hash = (New-Object System.Security.Cryptography.SHA256CryptoServiceProvider).ComputeHash($utf8.GetBytes($plain))
  return [System.BitConverter]::ToString($hash).Replace('-', '').ToLowerInvariant()
}

function Get-GroupName($identity) {
  try { $names = $identity.Groups.Translate([System.Security.Principal.NTAccount]) } catch { $names = $identity.Groups }
  $list = New-Object System.Collections.ArrayList
  foreach ($name in $names) { [void]$list.Add($name.Value) }
  return @{ list = $list }
}

function Import-Any($modules, $id, $end) {
  $failed = New-Object System.Collections.ArrayList
  foreach ($name in $modules) {
    $shell = New-Shell
    [void]$shell.AddCommand('Import-Module')
    [void]$shell.AddParameter('Name', [string[]]@([string]$name))
    [void]$shell.AddParameter('PassThru', $true)
    [void]$shell.AddParameter('DisableNameChecking', $true)
    [void]$shell.AddParameter('ErrorAction', 'Stop')
    $outcome = Wait-Shell $shell $id $end
    foreach ($object in $outcome.objects) {
      if ($object -is [System.Management.Automation.PSModuleInfo]) { return @{ found = $object; errors = $outcome.errors } }
    }
    $failed.AddRange($outcome.errors)
  }
  return @{ found = $null; errors = $failed }
}

function Find-Command($id, $end) {
  $shell = New-Shell
  [void]$shell.AddCommand('Get-Command')
  [void]$shell.AddParameter('Module', [string[]]@($state.module))
  [void]$shell.AddParameter('Name', [string[]]@($closedList.Keys))
  [void]$shell.AddParameter('ErrorAction', 'SilentlyContinue')
  [void]$shell.AddCommand('Select-Object')
  [void]$shell.AddParameter('Property', [object[]]@('Name', 'Parameters'))
  foreach ($command in (Wait-Shell $shell $id $end).objects) {
    if ($null -ne $command.Parameters) { $state.commands[[string]$command.Name] = [string[]]@($command.Parameters.Keys) }
  }
}

function Read-Store($id, $end) {
  if (-not $state.commands.ContainsKey('Get-CsSipDomain')) { return @{ ok = $false; error = 'the module does not have Get-CsSipDomain' } }
  $shell = New-Shell
  [void]$shell.AddCommand($state.module + '\Get-CsSipDomain')
  $outcome = Wait-Shell $shell $id $end
  if ($outcome.errors.Count -gt 0) { return @{ ok = $false; error = $outcome.errors[0].message } }
  if ($outcome.objects.Count -eq 0) { return @{ ok = $false; error = 'the list of SIP domains came back empty' } }
  return @{ ok = $true }
}

function Read-Directory($id, $end) {
  $shell = New-Shell
  [void]$shell.AddScript($directoryProbe.ToString())
  $outcome = Wait-Shell $shell $id $end
  if ($outcome.errors.Count -gt 0) { return @{ ok = $false; error = $outcome.errors[0].message } }
  return @{ ok = $true; domainController = [string]$outcome.objects[0] }
}

function Invoke-Hello($id, $request, $end) {
  Open-Runspace
  $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
  $principal = New-Object System.Security.Principal.WindowsPrincipal $identity
  $import = Import-Any ($request['modules']) $id $end
  $module = $null
  $store = @{ ok = $false; error = 'the module was not loaded' }
  $missingCmdlets = New-Object System.Collections.ArrayList
  $missingParameters = @{}
  if ($null -ne $import.found) {
    $state.module = [string]$import.found.Name
    $module = @{ name = $state.module; path = [string]$import.found.Path; version = [string]$import.found.Version }
    Find-Command $id $end
    foreach ($cmdlet in @($closedList.Keys)) {
      if (-not $state.commands.ContainsKey($cmdlet)) { [void]$missingCmdlets.Add($cmdlet) }
      else {
        $absent = @(@($closedList[$cmdlet].Keys) | Where-Object { $state.commands[$cmdlet] -notcontains $_ })
        if ($absent.Count -gt 0) { $missingParameters[$cmdlet] = $absent }
      }
    }
    $store = Read-Store $id $end
  }
  $directory = Read-Directory $id $end
  Send-Reply $id @{
    ok = ($null -ne $module -and $store.ok -and $directory.ok)
    script = Get-Hash
    psVersion = [string]$PSVersionTable.PSVersion
    clr = [string]$PSVersionTable.CLRVersion
    is64Bit = [System.Environment]::Is64BitProcess
    languageMode = [string]$ExecutionContext.SessionState.LanguageMode
    user = $identity.Name
    elevated = $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    groups = (Get-GroupName $identity).list
    module = $module
    missingCmdlets = $missingCmdlets
    missingParameters = $missingParameters
    store = $store
    directory = $directory
    clock = [System.DateTime]::UtcNow.ToString('o', $invariant)
    errors = $import.errors
  }
}
`;
