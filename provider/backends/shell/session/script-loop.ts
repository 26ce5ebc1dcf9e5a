/** Milliseconds without a request after which the script ends by itself: a client that is gone may leave its end open. */
export const SCRIPT_IDLE_LIMIT = 3_600_000;

/** The last part of the script: request after request, to the end of input. The line after a request is read meanwhile. */
export const LOOP_PART = `
$pending = $reader.ReadLineAsync()
while ($true) {
  $line = $null
  try { if ($pending.Wait(${SCRIPT_IDLE_LIMIT})) { $line = $pending.Result } } catch { }
  if ($null -eq $line) { break }
  $pending = $reader.ReadLineAsync()
  $words = $line.Trim([char[]](65279, 32, 13)).Split([char]32)
  if ($words.Count -ne 2 -or $words[0] -notmatch '^[0-9]{1,15}$') { continue }
  $id = $words[0]
  try {
    $request = $serializer.DeserializeObject($utf8.GetString([System.Convert]::FromBase64String($words[1])))
    $op = [string]$request['op']
    if ($op -ceq 'bye') { break }
    $end = $clock.ElapsedMilliseconds + [long]$request['deadlineMs']
    if ($op -ceq 'hello' -and $state.nonce -ceq '' -and [string]$request['nonce'] -cmatch '^[0-9a-f]{32}$') {
      $state.nonce = [string]$request['nonce']
      Invoke-Hello $id $request $end
    }
    elseif ($op -ceq 'call' -and $state.nonce -cne '') { Invoke-Call $id $request $end }
    elseif ($op -ceq 'echo' -and $state.nonce -cne '') { Send-Echo $id $request }
  }
  catch {
    $failure = Get-Failure (Get-Record $_)
    try {
      Send-Reply $id @{ ok = $false; results = @(); missing = @(); truncated = $false; warnings = @(); errors = @($failure) }
    }
    catch { break }
  }
}
[System.Environment]::Exit(0)
`;
