# Backs a database up beside its chain of backups, and verifies the file. The name of the backup set says which run made it.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'sql.ps1')
$answer = $null
try {
  $document = Read-Document
  if ([string]$document['action'] -ceq 'do') {
    $values = $document['values']
    $file = [string]$values['file']
    $database = [string]$values['database']
    $label = "$($document['cutover']) $($document['step']) $($document['attempt'])"
    if ($label.Length -gt 128) { $label = $label.Substring($label.Length - 128) }
    $connection = Open-Sql $values['instance'] 'master'
    $set = Get-BackupSet $connection $file
    # Written once the name was seen free: a file without a backup is one of this run that was cut off.
    $noted = Join-Path ([string]$document['folder']) 'backup-began.json'
    $cutOff = [System.IO.File]::Exists($noted) -and $null -ne $set -and $null -ne $set['unreadable']
    if ($null -ne $set -and [string]$set['BackupName'] -cne $label -and -not $cutOff) {
      throw "cannot back database '$database' up to '$file': the file is there already, and not of this run ('$($set['BackupName'])' $($set['unreadable'])); name another file, or move it away"
    }
    if ($null -ne $set -and [string]$set['BackupName'] -ceq $label -and [string]$set['DatabaseName'] -ieq $database) { Write-Note "'$file' is there already, of this run" }
    else {
      if (-not [System.IO.File]::Exists($noted)) { Write-Json $noted $label }
      Write-Note "backing '$database' up to '$file'"
      # FORMAT: INIT alone does not accept the header of a file that was cut off.
      [void](Invoke-Sql $connection 'BACKUP DATABASE @name TO DISK = @file WITH COPY_ONLY, CHECKSUM, FORMAT, INIT, NAME = @label' @{ name = $database; file = $file; label = $label })
    }
    Write-Note "verifying '$file'"
    [void](Invoke-Sql $connection 'RESTORE VERIFYONLY FROM DISK = @file WITH CHECKSUM' @{ file = $file })
    $set = Get-BackupSet $connection $file
    $bytes = [long]$set['BackupSize']
    $sha256 = ''
    try {
      $bytes = (New-Object System.IO.FileInfo $file).Length
      $sha256 = Get-Sha256 $file
    }
    catch { Write-Note "'$file' was verified by the server, and cannot be read from here: $(Get-Cause $_)" }
    $answer = @{ file = $file; sha256 = $sha256; bytes = $bytes; finishedAt = Get-Now }
    $connection.Dispose()
  }
}
catch { Stop-Step $_ }
Write-Answer $answer
