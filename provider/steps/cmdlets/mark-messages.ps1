# Records the time stamp of the last message and how many there are, and on the way back counts those since. Of the two ways to
# count, the one that finds more decides: rooms may have been cleared, and a server's clock may be behind.
# First of all: after a script that may not be taken in, such as one without a signature, PowerShell would go on, and end with 0.
$ErrorActionPreference = 'Stop'
trap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')
. (Join-Path $PSScriptRoot 'sql.ps1')
$answer = $null
try {
  $document = Read-Document
  $values = $document['values']
  if ('do', 'undo' -ccontains [string]$document['action']) {
    $database = [string]$values['database']
    $connection = Open-Sql $values['instance'] $database
    Assert-MessageTable $connection $database
    if ([string]$document['action'] -ceq 'do') {
      $last = (Invoke-Sql $connection 'SELECT COALESCE(MAX(chatDate), 0) AS stamp, COUNT_BIG(*) AS counted FROM dbo.tblChat' @{}).rows[0]
      $answer = @{ mark = ([long]$last['stamp']).ToString($invariant) + ' ' + ([long]$last['counted']).ToString($invariant) }
    }
    else {
      $result = Get-Optional $document 'result'
      # The services are started after the mark only: without one there are no messages that came after it.
      $mark = '9223372036854775807 9223372036854775807'
      if ($null -ne $result) { $mark = [string]$result['mark'] }
      $stamp, $counted = $mark.Split([char]32)
      $now = (Invoke-Sql $connection 'SELECT COUNT_BIG(*) AS counted, COALESCE(SUM(CASE WHEN chatDate > CAST(@stamp AS bigint) THEN CAST(1 AS bigint) ELSE 0 END), 0) AS later FROM dbo.tblChat' @{ stamp = $stamp }).rows[0]
      $new = [System.Math]::Max([long]0, [System.Math]::Max([long]$now['later'], [long]$now['counted'] - [long]$counted))
      $accepted = Get-Optional $values 'acceptDataLoss'
      if ($new -gt 0 -and ($null -eq $accepted -or [long]$accepted -ne $new)) {
        throw "cannot go back: $new new messages were posted to '$database' since the Persistent Chat services started, and going back loses them; if they may be lost, say so with acceptDataLoss: $new"
      }
      $answer = @{ newMessages = $new }
    }
    $connection.Dispose()
  }
}
catch { Stop-Step $_ }
Write-Answer $answer
