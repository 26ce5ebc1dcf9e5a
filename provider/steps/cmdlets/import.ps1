# Imports. An import is not promised to be repeatable: one that was begun and not ended is not begun again unless the database
# holds exactly as many rows in each table as before it. One that only overwrote would overwrite the same again.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'module.ps1')
. (Join-Path $PSScriptRoot 'sql.ps1')

function Test-SameRows($before, $after) {
  if (@($before.Keys).Count -ne @($after.Keys).Count) { return $false }
  foreach ($table in @($before.Keys)) { if (-not $after.ContainsKey($table) -or [long]$before[$table] -ne [long]$after[$table]) { return $false } }
  return $true
}

function Restore-Target($values) {
  $database = [string]$values['database']
  $backup = [string]$values['backup']
  $connection = Open-Sql $values['instance'] 'master'
  $replication = Get-Replication $connection $database
  if ($replication -ne '') { throw "cannot restore database '$database' on '$($values['instance'])': it is $replication; undo the import with 'leave', or take it out of that first, or give your own command" }
  $set = Get-BackupSet $connection $backup
  if ($null -eq $set -or [string]$set['DatabaseName'] -ine $database) { throw "cannot restore database '$database': '$backup' is no backup of it; put the backup of this cutover back" }
  [void](Invoke-Sql $connection 'RESTORE VERIFYONLY FROM DISK = @file WITH CHECKSUM' @{ file = $backup })
  Write-Note "restoring '$database' from '$backup'"
  try {
    [void](Invoke-Sql $connection @'
DECLARE @alone nvarchar(400) = N'ALTER DATABASE ' + QUOTENAME(@name) + N' SET SINGLE_USER WITH ROLLBACK IMMEDIATE';
EXEC (@alone);
RESTORE DATABASE @name FROM DISK = @file WITH REPLACE, CHECKSUM;
'@ @{ name = $database; file = $backup })
  }
  finally {
    [void](Invoke-Sql $connection @'
DECLARE @shared nvarchar(400) = N'ALTER DATABASE ' + QUOTENAME(@name) + N' SET MULTI_USER';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = @name AND state = 0) EXEC (@shared);
'@ @{ name = $database })
  }
  $connection.Dispose()
}

$answer = $null
try {
  $document = Read-Document
  $values = $document['values']
  $database = [string]$values['database']
  # Written right before the import begins: without it nothing was imported.
  $noted = Join-Path ([string]$document['folder']) 'rows-before-import.json'
  if ([string]$document['action'] -ceq 'do') {
    if ($database -ine 'mgc') { throw "cannot import into database '$database': the cmdlet takes no name, and imports into mgc; name that, or give your own command" }
    Assert-Exported $values
    $connection = Open-Sql $values['instance'] $database
    $counts = Get-RowCounts $connection
    $connection.Dispose()
    if (-not [System.IO.File]::Exists($noted)) { Write-Json $noted $counts }
    elseif (-not (Test-SameRows (Read-Json $noted) $counts)) {
      throw "cannot import into '$database' on '$($values['instance'])': an earlier import was begun and not ended, and the database has changed; restore the backup first: USE master; ALTER DATABASE [mgc] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; RESTORE DATABASE [mgc] FROM DISK = N'$(([string]$values['backup']).Replace('''', ''''''))' WITH REPLACE, CHECKSUM; ALTER DATABASE [mgc] SET MULTI_USER; then run this again"
    }
    Write-Note "importing '$($values['file'])' into '$($values['instance'])'"
    [void](Invoke-Cmdlet 'Import-CsPersistentChatData' @{ DBInstance = [string]$values['instance']; FileName = [string]$values['file']; Report = [string]$values['report']; Confirm = $false })
    $answer = @{ sha256 = ([string]$values['sha256']).ToLowerInvariant(); finishedAt = Get-Now }
  }
  elseif ([string]$document['action'] -ceq 'undo' -and [System.IO.File]::Exists($noted)) {
    if ([string]$values['undo'] -ceq 'restore') {
      Restore-Target $values
      $answer = @{ restored = [string]$values['backup'] }
    }
    else { $answer = @{ left = "what was imported from '$($values['file'])' stays in database '$database' on '$($values['instance'])'" } }
  }
}
catch { Stop-Step $_ }
Write-Answer $answer
