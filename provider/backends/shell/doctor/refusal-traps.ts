import type { TaggedParameter } from "../session/call-body";

/** A request that the script must refuse. What reached a cmdlet all the same would do nothing but read. */
export interface RefusalTrap {
  name: string;
  cmdlet: string;
  p: TaggedParameter[];
  /** What is wrong with it. */
  target: string;
}

export const REFUSAL_TRAPS: readonly RefusalTrap[] = [
  { name: "a cmdlet that is not on the list", cmdlet: "Get-Date", p: [], target: "Get-Date" },
  { name: "a cmdlet in other letters", cmdlet: "get-cssipdomain", p: [], target: "get-cssipdomain" },
  {
    name: "a parameter that is not on the list",
    cmdlet: "Get-CsUser",
    p: [["Filter", "s", "Enabled -eq $true"]],
    target: "Filter",
  },
  {
    name: "a parameter in other letters",
    cmdlet: "Get-CsPool",
    p: [["identity", "s", "self-test.invalid"]],
    target: "identity",
  },
  {
    name: "a type that the parameter does not take",
    cmdlet: "Get-CsUser",
    p: [["Identity", "b", true]],
    target: "Identity",
  },
  {
    name: "a value that is not of its type",
    cmdlet: "Get-CsUser",
    p: [["ResultSize", "i", "1"]],
    target: "ResultSize",
  },
  {
    name: "an identity with an asterisk",
    cmdlet: "Get-CsUser",
    p: [["Identity", "s", "sip:*@self-test.invalid"]],
    target: "Identity",
  },
  {
    // No such pool, no change asked for, and only tried: three times nothing.
    name: "a list that would be replaced by nothing",
    cmdlet: "Set-CsPersistentChatActiveServer",
    p: [
      ["Identity", "s", "PersistentChatServer:self-test.invalid"],
      ["ActiveServers", "m", { Replace: [] }],
      ["WhatIf", "b", true],
    ],
    target: "ActiveServers",
  },
];
