# Asks what can be asked from an administration host before anything is changed, as one list. What it does not ask, a person has
# to: the policy value LookupServerUri of clients, reboots, virus scans and monitoring inside the window, replication.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'services.ps1')
. (Join-Path $PSScriptRoot 'module.ps1')
. (Join-Path $PSScriptRoot 'sql.ps1')
$answers = New-Object System.Collections.ArrayList

function Add-Answer($question, $outcome, $detail) {
  Write-Note "${question}: $outcome; $detail"
  [void]$answers.Add(@{ question = [string]$question; outcome = [string]$outcome; detail = [string]$detail })
}

function Add-Finding($question, $isGood, $detail) {
  if ($isGood) { Add-Answer $question 'ok' $detail } else { Add-Answer $question 'no' $detail }
}

function Add-Unasked($question, $caught) {
  Add-Answer $question 'could not ask' (Get-Cause $caught)
}

function Read-Services($kind, $services) {
  foreach ($each in @($services)) {
    $server = [string]$each['server']
    $name = [string]$each['service']
    $question = "$kind service '$name' on '$server'"
    try {
      $all = Get-AllServices $server
      $found = @($all | Where-Object { [string]$_.Name -ieq $name })
      if ($found.Count -ne 1) { Add-Answer $question 'no' 'there is none of that short name' }
      else { Add-Finding $question ('Running', 'Stopped' -ccontains [string]$found[0].State) "startup type $(Get-Startup $server $found[0]), $($found[0].State), as $($found[0].StartName)" }
    }
    catch { Add-Unasked $question $_ }
    if ($name -ieq 'W3SVC') { Read-Sites $server }
  }
}

# Who stops IIS stops every site.
function Read-Sites($server) {
  $question = "only one web site on '$server', whose IIS is stopped"
  try {
    $names = [string[]]@(Get-WmiObject -Namespace 'root\WebAdministration' -Class Site -ComputerName $server -Authentication PacketPrivacy | ForEach-Object { [string]$_.Name })
    Add-Finding $question ($names.Length -le 1) ([string]::Join(', ', $names))
  }
  catch { Add-Unasked $question $_ }
}

function Read-Database($kind, $database) {
  $name = [string]$database['database']
  $where = "$kind database '$name' on '$($database['instance'])'"
  try { $connection = Open-Sql $database['instance'] 'master' }
  catch {
    Add-Unasked "$where can be reached" $_
    return $null
  }
  $bytes = $null
  try {
    $access = (Invoke-Sql $connection 'SELECT COALESCE(HAS_DBACCESS(@name), -1) AS access' @{ name = $name }).rows[0]['access']
    Add-Finding "$where can be reached" ($access -eq 1) "HAS_DBACCESS is $access (1 yes, 0 no, -1 no such database)"
  }
  catch { Add-Unasked "$where can be reached" $_ }
  try {
    $own = Open-Sql $database['instance'] $name
    $rights = (Invoke-Sql $own 'SELECT IS_MEMBER(N''db_owner'') AS owner, IS_SRVROLEMEMBER(N''sysadmin'') AS admin, HAS_PERMS_BY_NAME(NULL, NULL, N''CREATE ANY DATABASE'') AS verifies' @{}).rows[0]
    Add-Finding "this account owns $where" ($rights['owner'] -eq 1 -or $rights['admin'] -eq 1) "db_owner $($rights['owner']), sysadmin $($rights['admin'])"
    Add-Finding "this account may verify backups on '$($database['instance'])'" ($rights['verifies'] -eq 1) "CREATE ANY DATABASE $($rights['verifies'])"
    $bytes = [long](Invoke-Sql $own 'SELECT SUM(CAST(size AS bigint)) * 8192 AS bytes FROM sys.database_files' @{}).rows[0]['bytes']
    Add-Answer "size of $where" 'ok' "$bytes bytes"
    if ($kind -ceq 'target') {
      try {
        Assert-MessageTable $own $name
        Add-Answer "messages of $where can be counted" 'ok' 'tblChat is as documented'
      }
      catch { Add-Answer "messages of $where can be counted" 'no' (Get-Cause $_) }
    }
    $own.Dispose()
  }
  catch { Add-Unasked "this account owns $where" $_ }
  $question = "whether $where is mirrored, log-shipped or in an availability group"
  try {
    $replication = Get-Replication $connection $name
    if ($replication -eq '') { Add-Answer $question 'ok' 'it is not' }
    else { Add-Answer $question 'ok' "${replication}: no way back can restore a backup of it" }
  }
  catch { Add-Unasked $question $_ }
  $question = "no backup runs on '$($database['instance'])'"
  try {
    $running = (Invoke-Sql $connection 'SELECT COUNT(*) AS running FROM sys.dm_exec_requests WHERE command LIKE N''BACKUP%'' OR command LIKE N''RESTORE%''' @{}).rows[0]['running']
    Add-Finding $question ($running -eq 0) "$running run"
  }
  catch { Add-Unasked $question $_ }
  $connection.Dispose()
  return $bytes
}

function Read-Folder($folder, $needed) {
  $question = "folder '$folder' can be written"
  try {
    $probe = Join-Path $folder ('persistentchat-' + [System.Guid]::NewGuid().ToString('N') + '.tmp')
    (New-Object System.IO.FileStream $probe, ([System.IO.FileMode]::CreateNew), ([System.IO.FileAccess]::Write), ([System.IO.FileShare]::None), 4096, ([System.IO.FileOptions]::DeleteOnClose)).Dispose()
    Add-Answer $question 'ok' 'a file was made there, and removed'
  }
  catch { Add-Answer $question 'no' (Get-Cause $_) }
  $question = "room in '$folder' for two exports and both backups"
  try {
    $files = New-Object -ComObject Scripting.FileSystemObject
    $free = [long]$files.GetDrive($files.GetDriveName($folder)).AvailableSpace
    if ($null -eq $needed) { Add-Answer $question 'could not ask' "$free bytes are free; the size of a database is not known" }
    else { Add-Finding $question ($free -ge $needed) "$free bytes are free, $needed wanted" }
  }
  catch { Add-Unasked $question $_ }
}

function Read-Module {
  $question = 'the cmdlets of the steps are here'
  try {
    Open-Module
    Add-Answer $question 'ok' $module.name
  }
  catch { Add-Answer $question 'no' (Get-Cause $_) }
}

$answer = $null
try {
  $document = Read-Document
  if ([string]$document['action'] -ceq 'do') {
    $values = $document['values']
    Read-Module
    Read-Services 'legacy' $values['legacyServices']
    Read-Services 'Compliance' $values['complianceServices']
    Read-Services 'Persistent Chat' $values['persistentChatServices']
    $source = Read-Database 'source' $values['source']
    $target = Read-Database 'target' $values['target']
    $needed = $null
    if ($null -ne $source -and $null -ne $target) { $needed = 3 * $source + $target }
    foreach ($folder in @($values['writtenFolders'])) { Read-Folder ([string]$folder) $needed }
    $file = [string]$values['exportFile']
    Add-Finding "the name of the export '$file' is free" (-not [System.IO.File]::Exists($file)) 'a file of that name is never written over'
    foreach ($name in 'filesFrom', 'filesTo') {
      $folder = Get-Optional $values $name
      if ($null -ne $folder) { Add-Finding "folder '$folder' is there" ([System.IO.Directory]::Exists([string]$folder)) $name }
    }
    $answer = $answers
  }
}
catch { Stop-Step $_ }
Write-Answer $answer
