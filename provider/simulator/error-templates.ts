// What the shell says when it fails: the records of PowerShell itself, as it gives them, and those of the product, whose
// texts are not published and are therefore invented. A program must not tell failures apart by any of the texts.

const BINDING = "System.Management.Automation.ParameterBindingException";
const VALIDATION = "System.Management.Automation.ParameterBindingValidationException";
const MANAGEMENT = "Microsoft.Rtc.Management.AD.ManagementException";
const DIRECTORY = "System.DirectoryServices.Protocols.DirectoryOperationException";

export interface Template {
  id: string;
  category: string;
  exceptions: readonly string[];
  /** `{0}` and so on stand for the values. */
  english: string;
  german: string;
}

export const TEMPLATES = {
  unknownCmdlet: template(
    "CommandNotFoundException",
    "ObjectNotFound",
    ["System.Management.Automation.CommandNotFoundException"],
    "The term '{0}' is not recognized as the name of a cmdlet, function, script file, or operable program.",
    'Die Benennung "{0}" wurde nicht als Name eines Cmdlet, einer Funktion, einer Skriptdatei oder eines ausführbaren Programms erkannt.',
  ),
  unknownParameter: template(
    "NamedParameterNotFound",
    "InvalidArgument",
    [BINDING],
    "A parameter cannot be found that matches parameter name '{0}'.",
    'Es wurde kein Parameter gefunden, der dem Parameternamen "{0}" entspricht.',
  ),
  repeatedParameter: template(
    "ParameterAlreadyBound",
    "InvalidArgument",
    [BINDING],
    "Cannot bind parameter because parameter '{0}' is specified more than once.",
    'Der Parameter "{0}" kann nicht gebunden werden, da er mehrmals angegeben wurde.',
  ),
  missingParameter: template(
    "MissingMandatoryParameter",
    "InvalidArgument",
    [BINDING],
    "Cannot process command because of one or more missing mandatory parameters: {0}.",
    "Der Befehl kann nicht verarbeitet werden, da mindestens ein obligatorischer Parameter fehlt: {0}.",
  ),
  ambiguousParameters: template(
    "AmbiguousParameterSet",
    "InvalidArgument",
    [BINDING],
    "Parameter set cannot be resolved using the specified named parameters.",
    "Der Parametersatz kann mit den angegebenen benannten Parametern nicht aufgelöst werden.",
  ),
  wrongType: template(
    "CannotConvertArgumentNoMessage",
    "InvalidArgument",
    [BINDING],
    'Cannot bind parameter \'{0}\'. Cannot convert value "{1}" to type "{2}".',
    'Der Parameter "{0}" kann nicht gebunden werden. Der Wert "{1}" kann nicht in den Typ "{2}" konvertiert werden.',
  ),
  nullParameter: template(
    "ParameterArgumentValidationErrorNullNotAllowed",
    "InvalidData",
    [VALIDATION],
    "Cannot bind argument to parameter '{0}' because it is null.",
    'Das Argument kann nicht an den Parameter "{0}" gebunden werden, da es NULL ist.',
  ),
  invalidParameter: template(
    "ParameterArgumentValidationError",
    "InvalidData",
    [VALIDATION, "System.Management.Automation.ValidationMetadataException"],
    "Cannot validate argument on parameter '{0}'. The argument \"{1}\" is not one of {2}.",
    'Das Argument für den Parameter "{0}" kann nicht überprüft werden. "{1}" ist nicht in {2}.',
  ),
  promptRefused: template(
    "InvalidOperation",
    "InvalidOperation",
    ["System.Management.Automation.PSInvalidOperationException"],
    "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
    "Windows PowerShell befindet sich im nicht interaktiven Modus. Lese- und Eingabefunktionen sind nicht verfügbar.",
  ),
  notSimulated: template(
    "NotSimulated",
    "NotImplemented",
    ["System.NotImplementedException"],
    "The simulator does not do what the parameter '{0}' asks for.",
    'Der Simulator beherrscht den Parameter "{0}" nicht.',
  ),
  absent: template(
    "ManagementObjectNotFound",
    "ObjectNotFound",
    [MANAGEMENT],
    'Management object not found for identity "{0}".',
    'Für die Identität "{0}" wurde kein Verwaltungsobjekt gefunden.',
  ),
  several: template(
    "ManagementObjectNotUnique",
    "InvalidData",
    [MANAGEMENT],
    'More than one management object was found for identity "{0}".',
    'Für die Identität "{0}" wurden mehrere Verwaltungsobjekte gefunden.',
  ),
  exists: template(
    "ManagementObjectExists",
    "ResourceExists",
    [MANAGEMENT],
    'An object with the identity "{0}" already exists.',
    'Ein Objekt mit der Identität "{0}" ist bereits vorhanden.',
  ),
  addressHeld: template(
    "SipAddressInUse",
    "ResourceExists",
    [MANAGEMENT],
    'The SIP address "{0}" is already in use by "{1}".',
    'Die SIP-Adresse "{0}" wird bereits von "{1}" verwendet.',
  ),
  refused: template(
    "InvalidOperation",
    "InvalidArgument",
    [MANAGEMENT],
    "The operation is not valid: {0}.",
    "Der Vorgang ist ungültig: {0}.",
  ),
  accessDenied: template(
    "AccessDenied",
    "PermissionDenied",
    [DIRECTORY],
    'Active Directory operation failed on "{0}". You cannot retry this operation: "Insufficient access rights to perform the operation".',
    'Der Active Directory-Vorgang ist auf "{0}" fehlgeschlagen. Der Vorgang kann nicht wiederholt werden: "Unzureichende Zugriffsrechte".',
  ),
  serverDown: template(
    "ServerNotOperational",
    "ResourceUnavailable",
    ["System.DirectoryServices.Protocols.LdapException"],
    'The server "{0}" is not operational.',
    'Der Server "{0}" ist nicht funktionsfähig.',
  ),
  badFilter: template(
    "InvalidLdapFilter",
    "InvalidArgument",
    ["System.DirectoryServices.Protocols.LdapException"],
    "The search filter is invalid: {0}.",
    "Der Suchfilter ist ungültig: {0}.",
  ),
  badWorld: template(
    "SimulatedWorld",
    "NotSpecified",
    ["System.InvalidOperationException"],
    "The simulator failed: {0}",
    "Der Simulator ist gescheitert: {0}",
  ),
} as const satisfies Record<string, Template>;

function template(
  id: string,
  category: string,
  exceptions: readonly string[],
  english: string,
  german: string,
): Template {
  return { id, category, exceptions, english, german };
}
