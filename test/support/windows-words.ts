// What becomes of a command line that ssh sends to a server of Windows: its DefaultShell reads it first. Both readers give up
// at whatever they would have to interpret, so that a line which they read means the same to every version of them.

/** The words that a program gets from `cmd.exe /c <line>`. */
export function wordsFromCmd(line: string): string[] {
  if (/[%!^\r\n]/.test(line)) throw new Error("cmd.exe would expand this");
  if (/[&|<>()]/.test(line.replaceAll(/"[^"]*"/g, "")))
    throw new Error("cmd.exe would take this for an operator");
  return split(line);
}

/** The words that a program gets from `powershell.exe -Command <line>`. */
export function wordsFromPowerShell(line: string): string[] {
  const bare = line.replaceAll(/"[^"$`]*"/g, "quoted");
  if (/["'$`]/.test(bare)) throw new Error("PowerShell would expand this");
  if (/[;|&<>(){},@#]/.test(bare)) throw new Error("PowerShell would take this for an operator");
  for (const word of bare.split(" "))
    if (word.startsWith("-") && !/^-[A-Za-z]+$/.test(word))
      throw new Error("PowerShell would take this for a parameter with a value");
  return split(line);
}

/** As the run-time library of C splits a command line that holds no backslash before a quotation mark. */
function split(line: string): string[] {
  if (line.includes('\\"')) throw new Error("the backslash would stand for the quotation mark");
  return [...line.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word.replaceAll('"', ""));
}
