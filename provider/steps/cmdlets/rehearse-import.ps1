# Imports without writing. What the cmdlet warns of it also says in its report alone, so every line of the report that speaks of
# a warning or an error counts, the lines that number them too: what is not accepted word for word is told.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'module.ps1')

function Get-ReportLines($report) {
  if (-not [System.IO.File]::Exists($report)) { throw "cannot read the report '$report': the cmdlet wrote none; see that its folder can be written" }
  $html = [System.IO.File]::ReadAllText($report)
  $html = [System.Text.RegularExpressions.Regex]::Replace($html, '\s+', ' ')
  $html = [System.Text.RegularExpressions.Regex]::Replace($html, '(?i)<(script|style)\b.*?</\1>', ' ')
  $html = [System.Text.RegularExpressions.Regex]::Replace($html, '(?i)</?(tr|p|div|li|br|h\d|title|table|ul|ol)\b[^>]*>', [string][char]10)
  $html = [System.Text.RegularExpressions.Regex]::Replace($html, '<[^>]*>', ' ')
  $text = [System.Net.WebUtility]::HtmlDecode($html)
  $lines = New-Object System.Collections.ArrayList
  foreach ($line in $text.Split([char]10)) {
    $plain = [System.Text.RegularExpressions.Regex]::Replace($line, '\s+', ' ').Trim()
    if ($plain -imatch 'warning|error' -and -not $lines.Contains($plain)) { [void]$lines.Add($plain) }
  }
  return @{ list = $lines }
}

$answer = $null
try {
  $document = Read-Document
  if ([string]$document['action'] -ceq 'do') {
    $values = $document['values']
    Assert-Exported $values
    $report = [string]$values['report']
    if ([System.IO.File]::Exists($report)) { [System.IO.File]::Delete($report) }
    Write-Note "rehearsing the import into '$($values['instance'])'"
    $done = Invoke-Cmdlet 'Import-CsPersistentChatData' @{ DBInstance = [string]$values['instance']; FileName = [string]$values['file']; Report = $report; WhatIf = $true; Confirm = $false }
    $warnings = (Get-ReportLines $report).list
    foreach ($warning in $done.warnings) {
      $plain = [System.Text.RegularExpressions.Regex]::Replace([string]$warning, '\s+', ' ').Trim()
      if (-not $warnings.Contains($plain)) { [void]$warnings.Add($plain) }
    }
    $open = New-Object System.Collections.ArrayList
    foreach ($warning in $warnings) { if (@($values['acceptedWarnings']) -cnotcontains $warning) { [void]$open.Add($warning) } }
    foreach ($warning in $open) { Write-Note "not accepted: $warning" }
    if ($open.Count -gt 0) {
      throw "cannot accept the rehearsal of the import: it says '$([string]::Join(''', ''', [string[]]$open.ToArray()))'; mend what is meant (report '$report'), or accept these texts word for word in acceptedWarnings"
    }
    $answer = @{ warnings = $warnings }
  }
}
catch { Stop-Step $_ }
Write-Answer $answer
