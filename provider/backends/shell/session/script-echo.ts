/**
 * The part of the script that gives values back as they arrived: each is made what a parameter would be given, and written as a
 * result would be. No cmdlet is called, so that this can be tried on any host.
 */
export const ECHO_PART = `
function Send-Echo($id, $request) {
  $builder = New-Object System.Text.StringBuilder
  $types = New-Object System.Collections.ArrayList
  $refused = New-Object System.Collections.ArrayList
  $separator = '['
  foreach ($parameter in $request['p']) {
    $argument = Get-Argument ([string]$parameter[1]) ($parameter[2])
    if (-not $argument.ok) {
      [void]$refused.Add((Get-Refusal 'the value is not of the type that its tag says' ([string]$parameter[0])))
      continue
    }
    [void]$builder.Append($separator)
    $separator = ','
    $type = ''
    if ($null -ne $argument.value) { $type = $argument.value.GetType().FullName }
    [void]$types.Add($type)
    if ($argument.value -is [System.Collections.IDictionary]) {
      $opening = '{'
      foreach ($key in @($argument.value.Keys)) {
        [void]$builder.Append($opening)
        Add-Json $builder ([string]$key)
        [void]$builder.Append(':')
        Add-Value $builder ($argument.value[$key])
        $opening = ','
      }
      [void]$builder.Append('}')
    }
    else { Add-Value $builder $argument.value }
  }
  if ($separator -ceq '[') { [void]$builder.Append('[') }
  [void]$builder.Append(']')
  Send-Reply $id @{ ok = ($refused.Count -eq 0); values = $builder; types = $types; errors = $refused }
}
`;
