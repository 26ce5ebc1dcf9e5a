# Copies the uploaded files by robocopy, and never over a file of somebody else: which files are missing over there is written
# down before the first byte is copied, and only those are copied, repaired after a crash, and removed on the way back.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

function Get-Files($folder) {
  $files = @{}
  if (-not [System.IO.Directory]::Exists($folder)) { return $files }
  foreach ($file in (New-Object System.IO.DirectoryInfo $folder).EnumerateFiles('*', [System.IO.SearchOption]::AllDirectories)) {
    $files[$file.FullName.Substring($folder.Length).TrimStart('\')] = @{ bytes = $file.Length; written = $file.LastWriteTimeUtc.Ticks }
  }
  return $files
}

# Other file systems keep times to two seconds.
function Test-SameFile($one, $other) {
  return ([long]$one['bytes'] -eq [long]$other['bytes'] -and [System.Math]::Abs([long]$one['written'] - [long]$other['written']) -le 20000000)
}

function Get-Folder($path) {
  $full = [System.IO.Path]::GetFullPath([string]$path)
  # The root of a drive needs its last backslash; before a quote any other would take the quote along.
  if ($full.Length -le 3) { return $full }
  return $full.TrimEnd('\')
}

function Copy-Missing($from, $to, $noted, $log) {
  $source = Get-Files $from
  if (-not [System.IO.Directory]::Exists($from)) { throw "cannot copy the files of '$from': there is no such folder; name the folder of uploaded files of Group Chat" }
  $there = Get-Files $to
  if (-not [System.IO.File]::Exists($noted)) {
    $missing = @{}
    foreach ($name in @($source.Keys)) { if (-not $there.ContainsKey($name)) { $missing[$name] = $source[$name] } }
    Write-Json $noted $missing
  }
  $ours = Read-Json $noted
  foreach ($name in @($source.Keys)) {
    if ($there.ContainsKey($name) -and -not $ours.ContainsKey($name) -and -not (Test-SameFile $source[$name] $there[$name])) {
      throw "cannot copy '$name' to '$to': another file of that name is there; move it away, or give your own command"
    }
  }
  Write-Note "copying $(@($source.Keys).Count) files from '$from' to '$to'"
  $said = & robocopy.exe $from $to /E /COPY:DAT /DCOPY:T /R:3 /W:10 /NP /NFL /NDL "/UNILOG:$log"
  $code = $LASTEXITCODE
  if ($code -lt 0 -or $code -ge 8) {
    Write-Note ([string]::Join(' ', [string[]]@($said)))
    throw "cannot copy the files to '$to': robocopy ends with $code; see '$log'"
  }
  return $source
}

function Assert-Copied($source, $from, $to) {
  $there = Get-Files $to
  $bytes = [long]0
  $names = [string[]]@($source.Keys)
  [System.Array]::Sort($names, [System.StringComparer]::Ordinal)
  foreach ($name in $names) {
    if (-not $there.ContainsKey($name) -or -not (Test-SameFile $source[$name] $there[$name])) { throw "cannot find '$name' in '$to' as it is in '$from': it was not copied, or changed since; run this again" }
    $bytes = $bytes + [long]$source[$name]['bytes']
  }
  $step = [int][System.Math]::Ceiling([System.Math]::Max(1, $names.Length) / 50)
  for ($index = 0; $index -lt $names.Length; $index = $index + $step) {
    $name = $names[$index]
    if ((Get-Sha256 (Join-Path $from $name)) -cne (Get-Sha256 (Join-Path $to $name))) { throw "cannot accept the copy of '$name' in '$to': it is not the file in '$from'; delete the copy, and run this again" }
  }
  return @{ files = $names.Length; bytes = $bytes }
}

function Remove-Copies($to, $noted) {
  if (-not [System.IO.File]::Exists($noted)) { return }
  $ours = Read-Json $noted
  $there = Get-Files $to
  foreach ($name in @($ours.Keys)) {
    if (-not $there.ContainsKey($name)) { continue }
    if (Test-SameFile $ours[$name] $there[$name]) { [System.IO.File]::Delete((Join-Path $to $name)) }
    else { Write-Note "left '$name' in '$to': it has changed since it was copied" }
  }
}

$answer = $null
try {
  $document = Read-Document
  $values = $document['values']
  $from = Get-Folder $values['from']
  $to = Get-Folder $values['to']
  $noted = Join-Path ([string]$document['folder']) 'copied.json'
  if ([string]$document['action'] -ceq 'do') {
    $source = Copy-Missing $from $to $noted (Join-Path ([string]$document['folder']) 'robocopy.log')
    $answer = Assert-Copied $source $from $to
  }
  elseif ([string]$document['action'] -ceq 'undo' -and [string]$values['undo'] -ceq 'remove') { Remove-Copies $to $noted }
}
catch { Stop-Step $_ }
Write-Answer $answer
