/**
 * The part of the script that runs a cmdlet in a runspace of its own, so that there is a deadline, and the streams stay
 * apart. What is still running at its deadline ends with the process: nothing else is sure to stop native code.
 */
export const CALLS_PART = String.raw`
function New-Shell {
  $shell = [System.Management.Automation.PowerShell]::Create()
  $shell.Runspace = $state.runspace
  return $shell
}

function Open-Runspace {
  $initial = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
  $runspace = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace($Host, $initial)
  $runspace.ThreadOptions = [System.Management.Automation.Runspaces.PSThreadOptions]::ReuseThread
  $runspace.Open()
  $variables = $runspace.SessionStateProxy
  $variables.SetVariable('ProgressPreference', 'SilentlyContinue')
  $variables.SetVariable('VerbosePreference', 'SilentlyContinue')
  $variables.SetVariable('ConfirmPreference', 'None')
  $variables.SetVariable('WhatIfPreference', $false)
  $variables.SetVariable('PSDefaultParameterValues', (New-Object System.Management.Automation.DefaultParameterDictionary))
  $state.runspace = $runspace
}

function Stop-Late($id) {
  try {
    Send-Reply $id @{ ok = $false; timedOut = $true; results = @(); missing = @(); truncated = $false; warnings = @(); errors = @() }
  }
  catch { }
  [System.Diagnostics.Process]::GetCurrentProcess().Kill()
}

function Get-Record($caught) {
  $exception = $caught.Exception
  while ($exception -is [System.Management.Automation.MethodInvocationException] -and $null -ne $exception.InnerException) {
    $exception = $exception.InnerException
  }
  if ($exception -is [System.Management.Automation.IContainsErrorRecord] -and $null -ne $exception.ErrorRecord) {
    return $exception.ErrorRecord
  }
  return $caught
}

function Get-Failure($record) {
  $types = New-Object System.Collections.ArrayList
  $exception = $record.Exception
  while ($null -ne $exception -and $types.Count -lt 20) {
    [void]$types.Add($exception.GetType().FullName)
    $exception = $exception.InnerException
  }
  $message = $record.Exception.Message
  if ($null -ne $record.ErrorDetails -and $record.ErrorDetails.Message) { $message = $record.ErrorDetails.Message }
  $target = ''
  try { $target = Get-Text $record.TargetObject } catch { }
  return @{
    message = Limit-Text $message
    id = Limit-Text $record.FullyQualifiedErrorId
    category = Limit-Text $record.CategoryInfo.Category
    target = Limit-Text $target
    exceptions = $types
  }
}

function Get-Refusal($message, $target) {
  return @{ message = $message; id = 'PersistentChat.Refused'; category = 'InvalidArgument'; target = [string]$target; exceptions = @() }
}

function Wait-Shell($shell, $id, $end) {
  $nothing = New-Object 'System.Management.Automation.PSDataCollection[System.Management.Automation.PSObject]'
  $nothing.Complete()
  $results = New-Object 'System.Management.Automation.PSDataCollection[System.Management.Automation.PSObject]'
  $records = New-Object System.Collections.ArrayList
  try {
    $running = $shell.BeginInvoke($nothing, $results)
    $pause = $end - $clock.ElapsedMilliseconds
    if ($pause -gt 50) { $pause = 50 }
    if ($pause -lt 1) { $pause = 1 }
    while (-not $running.AsyncWaitHandle.WaitOne([int]$pause)) {
      if ($clock.ElapsedMilliseconds -ge $end) { Stop-Late $id }
    }
    [void]$shell.EndInvoke($running)
  }
  catch { [void]$records.Add((Get-Record $_)) }
  foreach ($record in $shell.Streams.Error.ReadAll()) {
    $told = $false
    foreach ($known in $records) { if ([object]::ReferenceEquals($known, $record)) { $told = $true } }
    if (-not $told) { [void]$records.Add($record) }
  }
  $warnings = New-Object System.Collections.ArrayList
  foreach ($warning in $shell.Streams.Warning.ReadAll()) { [void]$warnings.Add((Limit-Text $warning.Message)) }
  $errors = New-Object System.Collections.ArrayList
  foreach ($record in $records) { if ($errors.Count -lt 20) { [void]$errors.Add((Get-Failure $record)) } }
  $objects = New-Object System.Collections.ArrayList
  foreach ($object in $results.ReadAll()) { if ($null -ne $object) { [void]$objects.Add($object) } }
  $shell.Dispose()
  return @{ objects = $objects; errors = $errors; warnings = $warnings }
}

function Add-Object($builder, $object, $select, $missing) {
  $separator = '{'
  foreach ($name in $select) {
    $mark = $builder.Length
    try {
      [void]$builder.Append($separator)
      Add-Json $builder $name
      [void]$builder.Append(':')
      if ($name -ceq 'OuterXml') { Add-Json $builder (Get-Text $object) }
      else {
        $property = $object.PSObject.Properties[$name]
        if ($null -eq $property) { throw $name }
        Add-Value $builder $property.Value
      }
      $separator = ','
    }
    catch {
      $builder.Length = $mark
      $missing[$name] = $true
    }
  }
  if ($separator -ceq '{') { [void]$builder.Append('{') }
  [void]$builder.Append('}')
}

function Send-Outcome($id, $outcome, $select, $max) {
  $missing = @{}
  $builder = New-Object System.Text.StringBuilder
  $separator = '['
  $count = 0
  foreach ($object in $outcome.objects) {
    if ($count -ge $max) { break }
    [void]$builder.Append($separator)
    Add-Object $builder $object $select $missing
    $separator = ','
    $count = $count + 1
  }
  if ($separator -ceq '[') { [void]$builder.Append('[') }
  [void]$builder.Append(']')
  $reply = @{
    ok = ($outcome.errors.Count -eq 0)
    results = $builder
    missing = @($missing.Keys)
    truncated = ($outcome.objects.Count -gt $count)
    warnings = $outcome.warnings
    errors = $outcome.errors
  }
  if ($outcome.objects.Count -gt 0) {
    $first = $outcome.objects[0]
    $names = New-Object System.Collections.ArrayList
    foreach ($property in $first.PSObject.Properties) { [void]$names.Add($property.Name) }
    $reply['type'] = [string]$first.PSObject.TypeNames[0]
    $reply['names'] = $names
  }
  Send-Reply $id $reply
}

function Get-Argument($tag, $value) {
  if ($tag -ceq 'n') { return @{ ok = ($null -eq $value); value = $null } }
  if ($tag -ceq 's') { return @{ ok = ($value -is [string]); value = [string]$value } }
  if ($tag -ceq 'b') { return @{ ok = ($value -is [bool]); value = ($value -eq $true) } }
  if ($tag -ceq 'i') { return @{ ok = ($value -is [int] -or $value -is [long]); value = $value } }
  if ($tag -ceq 'a') { return @{ ok = ($value -is [array]); value = [string[]]$value } }
  if ($tag -cne 'm' -or $value -isnot [System.Collections.IDictionary]) { return @{ ok = $false } }
  $changes = @{}
  foreach ($key in @($value.Keys)) {
    if ('Add', 'Remove', 'Replace' -cnotcontains $key -or @($value[$key]).Count -eq 0) { return @{ ok = $false } }
    $changes[[string]$key] = [string[]]@($value[$key])
  }
  return @{ ok = ($changes.Count -gt 0); value = $changes }
}

function Invoke-Call($id, $request, $end) {
  $refused = New-Object System.Collections.ArrayList
  $cmdlet = [string]$request['cmdlet']
  if (@($closedList.Keys) -cnotcontains $cmdlet) { [void]$refused.Add((Get-Refusal 'the cmdlet is not on the list of this script' $cmdlet)) }
  elseif (-not $state.commands.ContainsKey($cmdlet)) { [void]$refused.Add((Get-Refusal 'the module does not have the cmdlet' $cmdlet)) }
  else {
    $shell = New-Shell
    [void]$shell.AddCommand($state.module + '\' + $cmdlet)
    $allowed = $closedList[$cmdlet]
    foreach ($parameter in $request['p']) {
      $name = [string]$parameter[0]
      $tag = [string]$parameter[1]
      $argument = Get-Argument $tag ($parameter[2])
      if (@($allowed.Keys) -cnotcontains $name -or $tag.Length -ne 1 -or -not $allowed[$name].Contains($tag) -or -not $argument.ok) {
        [void]$refused.Add((Get-Refusal 'the parameter, or its type, is not on the list of this script' $name))
      }
      elseif ($name -ceq 'Identity' -and $argument.value.Contains('*')) {
        [void]$refused.Add((Get-Refusal 'an identity with an asterisk stands for any number of objects' $name))
      }
      else { [void]$shell.AddParameter($name, $argument.value) }
    }
    if ($state.commands[$cmdlet] -contains 'Confirm') { [void]$shell.AddParameter('Confirm', $false) }
  }
  if ($refused.Count -gt 0) { Send-Outcome $id @{ objects = @(); errors = $refused; warnings = @() } @() 0 }
  else { Send-Outcome $id (Wait-Shell $shell $id $end) ($request['select']) ([long]$request['max']) }
}
`;
