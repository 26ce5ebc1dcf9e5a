/** The ends that mean that the script cannot run on this host: known by exit code, since any text may be localised. */
export const EXIT_CODES = { oldShell: 86, constrained: 87 } as const;

/**
 * The first part of the script: streams, frames and JSON. The host has opened nothing yet where the script is a file.
 * Of `Serialize` only texts are used: anything that came out of a pipeline may be wrapped, and is then written as a cycle.
 */
export const FRAMES_PART = String.raw`param($reader, $output, $text)
if ("$($ExecutionContext.SessionState.LanguageMode)" -cne 'FullLanguage') { exit ${EXIT_CODES.constrained} }
if ($PSVersionTable.PSVersion.Major -lt 3) { exit ${EXIT_CODES.oldShell} }
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$utf8 = New-Object System.Text.UTF8Encoding $false
$invariant = [System.Globalization.CultureInfo]::InvariantCulture
$lineFeed = [string][char]10
if ($null -eq $reader) {
  $reader = New-Object System.IO.StreamReader ([System.Console]::OpenStandardInput()), $utf8, $false, 65536
  $output = [System.Console]::OpenStandardOutput()
  [void]$reader.ReadLine()
  $text = [System.IO.File]::ReadAllText($PSCommandPath)
}
Add-Type -AssemblyName System.Web.Extensions
$serializer = New-Object System.Web.Script.Serialization.JavaScriptSerializer
$serializer.MaxJsonLength = [int]::MaxValue
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$state = @{ nonce = ''; module = ''; runspace = $null; commands = @{} }
$loneSurrogate = '(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])'
$asEscape = [System.Text.RegularExpressions.MatchEvaluator] { param($match) '\u{0:x4}' -f [int][char]$match.Value }

function Add-Json($builder, $value) {
  if ($null -eq $value) { [void]$builder.Append('null') }
  elseif ($value -is [bool]) { if ($value) { [void]$builder.Append('true') } else { [void]$builder.Append('false') } }
  elseif ($value -is [string]) { [void]$builder.Append($serializer.Serialize([string]$value)) }
  elseif ($value -is [System.Text.StringBuilder]) { [void]$builder.Append($value.ToString()) }
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

function Send-Reply($id, $body) {
  $builder = New-Object System.Text.StringBuilder
  Add-Json $builder $body
  $json = [System.Text.RegularExpressions.Regex]::Replace($builder.ToString(), $loneSurrogate, $asEscape)
  $data = [System.Convert]::ToBase64String($utf8.GetBytes($json))
  $frame = $lineFeed + '#PC1 ' + $state.nonce + ' ' + $id + ' ' + $data.Length + ' ' + $data + $lineFeed
  $bytes = [System.Text.Encoding]::ASCII.GetBytes($frame)
  $output.Write($bytes, 0, $bytes.Length)
  $output.Flush()
}

function Limit-Text($value) {
  $limited = [string]$value
  if ($limited.Length -gt 4096) { $limited = $limited.Substring(0, 4096) }
  return $limited
}

function Get-Text($value) {
  if ($null -eq $value) { return '' }
  if ($value -is [System.DateTime]) { return $value.ToUniversalTime().ToString('o', $invariant) }
  if ($value -is [System.TimeSpan]) { return $value.ToString('c') }
  if ($value -is [System.Xml.XmlNode]) { return $value.OuterXml }
  if ($value -isnot [System.ValueType] -and $value -isnot [string]) {
    foreach ($name in 'FriendlyName', 'DistinguishedName') {
      $property = $value.PSObject.Properties[$name]
      if ($null -ne $property -and $null -ne $property.Value) { return [string]$property.Value }
    }
  }
  return [string]$value
}

function Add-Value($builder, $value) {
  if ($null -eq $value -or $value -is [string] -or $value -is [bool]) { Add-Json $builder $value }
  elseif ($value -is [int] -or $value -is [long] -or $value -is [int16] -or $value -is [uint16] -or $value -is [uint32] -or $value -is [byte]) {
    Add-Json $builder ([long]$value)
  }
  elseif ($value -is [System.Collections.IEnumerable] -and $value -isnot [System.Xml.XmlNode]) {
    $items = New-Object System.Collections.ArrayList
    foreach ($item in $value) { [void]$items.Add((Get-Text $item)) }
    Add-Json $builder $items
  }
  else { Add-Json $builder (Get-Text $value) }
}
`;
