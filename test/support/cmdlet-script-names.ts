// What the scripts of the steps may use: what Windows PowerShell 3.0 and .NET Framework 4.5 have, and nothing that came later.

const words = (text: string) => text.trim().split(/\s+/);

export const TYPES = words(`
  bool char int long object[] string string[] uint32 void
  System.Array System.BitConverter System.Collections.ArrayList System.Collections.IDictionary
  System.Collections.IEnumerable System.Console System.DBNull System.Data.SqlClient.SqlConnection
  System.Data.SqlClient.SqlConnectionStringBuilder System.Data.SqlClient.SqlException System.DateTime
  System.Diagnostics.Stopwatch System.Globalization.CultureInfo System.Globalization.DateTimeStyles System.Guid
  System.IO.Compression.ZipFile System.IO.Directory System.IO.DirectoryInfo System.IO.File System.IO.FileAccess
  System.IO.FileInfo System.IO.FileMode System.IO.FileOptions System.IO.FileShare System.IO.FileStream System.IO.Path
  System.IO.SearchOption System.IO.StreamReader System.Management.Automation.MethodInvocationException
  System.Management.Automation.PowerShell System.Management.Automation.Runspaces.InitialSessionState
  System.Management.Automation.Runspaces.RunspaceFactory System.Math System.Net.Sockets.TcpClient
  System.Net.WebUtility System.Security.Cryptography.SHA256CryptoServiceProvider System.StringComparer
  System.StringComparison System.Text.RegularExpressions.Regex System.Text.StringBuilder System.Text.UTF8Encoding
  System.TimeSpan System.Web.Script.Serialization.JavaScriptSerializer
`);
export const MEMBERS = words(`
  Abs Add AddCommand AddParameter AddWithValue AllDirectories Append AsyncWaitHandle BeginConnect Ceiling Close CommandText
  CommandTimeout ComputeHash Contains ContainsKey Count Create CreateCommand CreateDefault CreateNew CreateRunspace Delete
  DeleteOnClose DeserializeObject Dispose Elapsed EndConnect EndsWith Entries EnumerateFiles Error Errors Exception
  ExecuteReader Exists FieldCount Flush FromMinutes FullName FullyQualifiedErrorId GetBytes GetFullPath GetName GetValue
  HtmlDecode InnerException InvariantCulture Invoke IsNullOrEmpty Join Keys LanguageMode LastWriteTimeUtc Length Major Max
  MaxJsonLength MaxValue Message Move Name NewGuid NextResult None Number Open OpenRead OpenStandardError OpenStandardInput
  OpenStandardOutput Ordinal OrdinalIgnoreCase PSVersion Parameters Parse Properties Read ReadAll ReadAllText ReadToEnd
  Replace Reverse RoundtripKind Runspace Serialize SessionState SessionStateProxy SetVariable Sort Split StartNew StartsWith
  Streams Substring Ticks TimeCreated ToArray ToLocalTime ToLowerInvariant ToString ToUniversalTime TotalMinutes TotalSeconds
  Trim TrimEnd TrimStart UtcNow Value WaitOne Warning Write WriteAllText
`);
/** Of WMI classes (Win32_Service, Win32_Process, StdRegProv, MSMQ Queue), of FileSystemObject, and of an endpoint. */
export const FOREIGN = words(`
  AvailableSpace ChangeStartMode CreationDate DisplayName GetDrive GetDriveName MessagesinQueue ProcessId ReturnValue
  ServiceType SipAddress StartMode StartName StartService State StopService uValue
`);
/** The keys of the scripts' own tables. */
export const KEYS = words("list name objects rows runspace services warnings");
export const COMMANDS: Record<string, string[]> = {
  "Add-Type": ["-AssemblyName"],
  "ForEach-Object": [],
  "Get-WinEvent": words("-ComputerName -FilterHashtable -MaxEvents -Oldest"),
  "Get-WmiObject": words("-Authentication -Class -ComputerName -Namespace"),
  "Invoke-WmiMethod": words("-ArgumentList -Class -ComputerName -Name -Namespace"),
  "Join-Path": [],
  "New-Object": ["-ComObject"],
  "Start-Sleep": ["-Seconds"],
  "Where-Object": [],
  "Write-Error": words("-ErrorAction -ErrorRecord"),
  "robocopy.exe": [],
  "sc.exe": [],
};
export const OPERATORS = words(`
  -ccontains -ceq -cne -cnotcontains -eq -ge -gt -icontains -ieq -imatch -ine -inotcontains -is -isnot -le -like -lt -match
  -ne -notcontains
`);
export const AUTOMATIC = words(
  "$ExecutionContext $LASTEXITCODE $PSScriptRoot $PSVersionTable $_ $false $null $true",
);
/** Automatic variables that a name of ours must not hide. */
export const TAKEN = words(
  "$args $error $event $eventargs $home $host $input $matches $pid $profile $sender $this",
);
export const PREFERENCES = words("$ErrorActionPreference $ProgressPreference $WarningPreference");
