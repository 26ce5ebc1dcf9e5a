# Exports under another name first, so that a file of the right name is a whole one.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'module.ps1')

function Test-Zip($file) {
  Add-Type -AssemblyName System.IO.Compression.FileSystem
  try { $zip = [System.IO.Compression.ZipFile]::OpenRead($file) }
  catch { throw "cannot use the export '$file': it does not open as a zip file: $(Get-Cause $_); delete it, and export again" }
  $count = $zip.Entries.Count
  $zip.Dispose()
  if ($count -eq 0) { throw "cannot use the export '$file': there is nothing in it; see that the database is that of Group Chat" }
}

$answer = $null
try {
  $document = Read-Document
  $values = $document['values']
  $file = [string]$values['file']
  # Written once both names were seen free: what is there from then on is of this run.
  $noted = Join-Path ([string]$document['folder']) 'export-began.json'
  if ([string]$document['action'] -ceq 'do') {
    $partial = $file + '.partial.zip'
    if (-not [System.IO.File]::Exists($noted)) {
      foreach ($name in $file, $partial) {
        if ([System.IO.File]::Exists($name)) { throw "cannot export to '$file': '$name' is there already; name another file, or move it away" }
      }
      Write-Json $noted (Get-Now)
    }
    if (-not [System.IO.File]::Exists($file)) {
      if ([System.IO.File]::Exists($partial)) { [System.IO.File]::Delete($partial) }
      $parameters = @{ DBInstance = [string]$values['instance']; DBName = [string]$values['database']; FileName = $partial; Level = 'All'; Report = [string]$values['report'] }
      $startDate = Get-Optional $values 'startDate'
      if ($null -ne $startDate) {
        $parameters['StartDate'] = [System.DateTime]::Parse([string]$startDate, $invariant)
        Write-Note 'the help of the cmdlet and the guide contradict each other on a start date with content: compare the number of messages in the report'
      }
      Write-Note "exporting '$($values['database'])' of '$($values['instance'])'"
      [void](Invoke-Cmdlet 'Export-CsPersistentChatData' $parameters)
      if (-not [System.IO.File]::Exists($partial)) { throw "cannot find the export '$partial': the cmdlet wrote none; see its report '$($values['report'])'" }
      Test-Zip $partial
      [System.IO.File]::Move($partial, $file)
    }
    Test-Zip $file
    $written = New-Object System.IO.FileInfo $file
    $answer = @{ file = $file; sha256 = Get-Sha256 $file; bytes = $written.Length; finishedAt = $written.LastWriteTimeUtc.ToString('o', $invariant) }
  }
  elseif ([string]$document['action'] -ceq 'undo') {
    $result = Get-Optional $document 'result'
    if ([System.IO.File]::Exists($noted) -or $null -ne $result) {
      if ($null -ne $result -and [System.IO.File]::Exists($file) -and (Get-Sha256 $file) -ine [string]$result['sha256']) {
        throw "cannot delete '$file': it is no longer the file that was exported; look at it, and move it away"
      }
      foreach ($name in $file, ($file + '.partial.zip')) { if ([System.IO.File]::Exists($name)) { [System.IO.File]::Delete($name) } }
    }
  }
}
catch { Stop-Step $_ }
Write-Answer $answer
