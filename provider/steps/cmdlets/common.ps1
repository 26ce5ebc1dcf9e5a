# What every step has: the document in, progress and the cause out, one value of JSON out. Windows PowerShell 3.0, .NET 4.5.
if ($PSVersionTable.PSVersion.Major -lt 3) { throw 'cannot run the step: this is PowerShell 2.0 or older; install Windows Management Framework 3.0 or later' }
if ("$($ExecutionContext.SessionState.LanguageMode)" -cne 'FullLanguage') {
  throw 'cannot run the step: PowerShell runs in a constrained language mode here (AppLocker or WDAC); sign the scripts, or allow them'
}
$ProgressPreference = 'SilentlyContinue'
# The host would write warnings to standard output, where only the answer may stand.
$WarningPreference = 'SilentlyContinue'
$utf8 = New-Object System.Text.UTF8Encoding $false
$invariant = [System.Globalization.CultureInfo]::InvariantCulture
Add-Type -AssemblyName System.Web.Extensions
$serializer = New-Object System.Web.Script.Serialization.JavaScriptSerializer
$serializer.MaxJsonLength = [int]::MaxValue

function Read-Document {
  $reader = New-Object System.IO.StreamReader ([System.Console]::OpenStandardInput()), $utf8, $true, 65536
  return $serializer.DeserializeObject($reader.ReadToEnd())
}

function Read-Json($file) {
  return $serializer.DeserializeObject([System.IO.File]::ReadAllText($file, $utf8))
}

function Add-Json($builder, $value) {
  if ($null -eq $value) { [void]$builder.Append('null') }
  elseif ($value -is [bool]) { if ($value) { [void]$builder.Append('true') } else { [void]$builder.Append('false') } }
  elseif ($value -is [string]) { [void]$builder.Append($serializer.Serialize([string]$value)) }
  elseif ($value -is [System.Collections.IDictionary]) {
    $separator = '{'
    foreach ($key in @($value.Keys)) {
      [void]$builder.Append($separator)
      [void]$builder.Append($serializer.Serialize([string]$key))
      [void]$builder.Append(':')
      Add-Json $builder ($value[$key])
      $separator = ','
    }
    if ($separator -ceq '{') { [void]$builder.Append('{') }
    [void]$builder.Append('}')
  }
  elseif ($value -is [System.Collections.IEnumerable]) {
    $separator = '['
    foreach ($item in $value) {
      [void]$builder.Append($separator)
      Add-Json $builder $item
      $separator = ','
    }
    if ($separator -ceq '[') { [void]$builder.Append('[') }
    [void]$builder.Append(']')
  }
  else { [void]$builder.Append(([long]$value).ToString($invariant)) }
}

function Get-Json($value) {
  $builder = New-Object System.Text.StringBuilder
  Add-Json $builder $value
  return $builder.ToString()
}

# Whole or not at all, and once: the step looks at such a file after a crash.
function Write-Json($file, $value) {
  [System.IO.File]::WriteAllText($file + '.new', (Get-Json $value), $utf8)
  [System.IO.File]::Move($file + '.new', $file)
}

function Write-Bytes($stream, $text) {
  $bytes = $utf8.GetBytes($text + [string][char]10)
  $stream.Write($bytes, 0, $bytes.Length)
  $stream.Flush()
}

function Write-Answer($value) {
  Write-Bytes ([System.Console]::OpenStandardOutput()) (Get-Json $value)
}

# A line of progress; the last one of a step that fails is the cause.
function Write-Note($text) {
  Write-Bytes ([System.Console]::OpenStandardError()) ([System.Text.RegularExpressions.Regex]::Replace([string]$text, '\s+', ' ').Trim())
}

function Get-Cause($caught) {
  $exception = $caught.Exception
  while ($exception -is [System.Management.Automation.MethodInvocationException] -and $null -ne $exception.InnerException) {
    $exception = $exception.InnerException
  }
  return [string]$exception.Message
}

function Stop-Step($caught) {
  Write-Note (Get-Cause $caught)
  exit 1
}

# A value that may be absent.
function Get-Optional($table, $name) {
  if ($table.ContainsKey($name)) { return $table[$name] }
  return $null
}

function Get-Now {
  return [System.DateTime]::UtcNow.ToString('o', $invariant)
}

function Get-Sha256($file) {
  $stream = New-Object System.IO.FileStream $file, ([System.IO.FileMode]::Open), ([System.IO.FileAccess]::Read), ([System.IO.FileShare]::Read)
  try { $hash = (New-Object System.Security.Cryptography.SHA256CryptoServiceProvider).ComputeHash($stream) }
  finally { $stream.Dispose() }
  return [System.BitConverter]::ToString($hash).Replace('-', '').ToLowerInvariant()
}

function Assert-Exported($values) {
  $file = [string]$values['file']
  if (-not [System.IO.File]::Exists($file)) { throw "cannot import '$file': there is no such file; put it back, or set stage to 'prepare', run 'pulumi up', then set it to 'migrate' again, which exports again" }
  Write-Note "reading '$file' to compare it with what was exported"
  if ((Get-Sha256 $file) -ine [string]$values['sha256']) {
    throw "cannot import '$file': it is not the file that was exported; put that file back, or set stage to 'prepare', run 'pulumi up', then set it to 'migrate' again, which exports again"
  }
}
