# SQL Server with the rights of this account. Every text of SQL is a constant; values are parameters, and texts.

function Open-Sql($instance, $database) {
  $builder = New-Object System.Data.SqlClient.SqlConnectionStringBuilder
  # By index: the builder is a dictionary to PowerShell, which takes a property for a key.
  $builder['Data Source'] = [string]$instance
  $builder['Initial Catalog'] = [string]$database
  $builder['Integrated Security'] = $true
  $builder['Application Name'] = 'pulumi-persistentchat'
  $connection = New-Object System.Data.SqlClient.SqlConnection ($builder.ToString())
  try { $connection.Open() }
  catch { throw "cannot open database '$database' on '$instance': $(Get-Cause $_); see that the instance runs and lets this account in" }
  return $connection
}

# All rows of the first set that has columns.
function Invoke-Sql($connection, $text, $parameters) {
  $command = $connection.CreateCommand()
  $command.CommandText = $text
  $command.CommandTimeout = 0
  foreach ($name in @($parameters.Keys)) { [void]$command.Parameters.AddWithValue('@' + $name, [string]$parameters[$name]) }
  $rows = New-Object System.Collections.ArrayList
  $reader = $command.ExecuteReader()
  try {
    $first = $true
    do {
      while ($reader.Read()) {
        $row = @{}
        for ($column = 0; $column -lt $reader.FieldCount; $column++) {
          $value = $reader.GetValue($column)
          if ($value -is [System.DBNull]) { $value = $null }
          $row[$reader.GetName($column)] = $value
        }
        if ($first) { [void]$rows.Add($row) }
      }
      if ($rows.Count -gt 0) { $first = $false }
    } while ($reader.NextResult())
  }
  finally { $reader.Dispose() }
  return @{ rows = $rows }
}

# Mirrored, log-shipped or in an availability group: a text that says so, empty where none is the case.
function Get-Replication($connection, $database) {
  $said = Invoke-Sql $connection @'
DECLARE @said nvarchar(200);
SET @said = N'';
IF EXISTS (SELECT 1 FROM sys.database_mirroring WHERE database_id = DB_ID(@name) AND mirroring_guid IS NOT NULL) SET @said = @said + N' mirrored';
IF EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_primary_databases WHERE primary_database = @name) SET @said = @said + N' log-shipped';
IF EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = @name) SET @said = @said + N' log-shipped';
IF EXISTS (SELECT 1 FROM sys.all_columns WHERE object_id = OBJECT_ID(N'sys.databases') AND name = N'replica_id')
BEGIN
  DECLARE @grouped int;
  EXEC sp_executesql N'SELECT @grouped = COUNT(*) FROM sys.databases WHERE name = @name AND replica_id IS NOT NULL', N'@name sysname, @grouped int OUTPUT', @name = @name, @grouped = @grouped OUTPUT;
  IF @grouped > 0 SET @said = @said + N' in an availability group';
END;
SELECT @said AS said;
'@ @{ name = $database }
  return ([string]$said.rows[0]['said']).Trim()
}

# The tables of messages and of rooms as Microsoft documents them (tblChat and tblNode, Lync Server 2013 and Skype for Business
# Server 2015), which "reserves the right to evolve this schema": looked for before they are used.
function Assert-MessageTable($connection, $database) {
  $found = (Invoke-Sql $connection @'
SELECT COUNT(*) AS found FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = N'dbo' AND TABLE_NAME = N'tblChat' AND COLUMN_NAME IN (N'channelId', N'chatId', N'chatDate');
'@ @{}).rows[0]['found']
  if ($found -ne 3) {
    throw "cannot count the messages of database '$database': it has no table tblChat with channelId, chatId and chatDate; give your own command for this step"
  }
}

# How many rows each table has.
function Get-RowCounts($connection) {
  $counts = @{}
  foreach ($row in (Invoke-Sql $connection @'
SELECT SCHEMA_NAME(t.schema_id) + N'.' + t.name AS name, CAST(SUM(p.rows) AS bigint) AS counted FROM sys.tables t JOIN sys.partitions p ON p.object_id = t.object_id WHERE p.index_id IN (0, 1) GROUP BY t.schema_id, t.name;
'@ @{}).rows) { $counts[[string]$row['name']] = [long]$row['counted'] }
  return $counts
}

# The first backup set in a file: null where there is no such file, and a set without names where the file holds none.
function Get-BackupSet($connection, $file) {
  try { $rows = (Invoke-Sql $connection 'RESTORE HEADERONLY FROM DISK = @file' @{ file = $file }).rows }
  catch {
    $exception = $_.Exception
    while ($null -ne $exception -and $exception -isnot [System.Data.SqlClient.SqlException]) { $exception = $exception.InnerException }
    if ($null -eq $exception) { throw }
    foreach ($each in $exception.Errors) { if ($each.Number -eq 3201 -and $each.Message -match '\D[23]\(') { return $null } }
    return @{ BackupName = ''; DatabaseName = ''; unreadable = [string]$exception.Message }
  }
  if ($rows.Count -eq 0) { return @{ BackupName = ''; DatabaseName = ''; unreadable = 'it holds no backup' } }
  return $rows[0]
}
