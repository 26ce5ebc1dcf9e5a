import { registerHooks } from "node:module";
import { basename } from "node:path";
import type { WorkflowFile } from "./workflows";

/** A problem that GitHub's own language service sees in a workflow, as `line: message`. */
export type WorkflowProblem = string;

/**
 * What GitHub's language service says of a workflow, errors and warnings alike, offline. Inputs of actions are not looked at,
 * which it would ask GitHub for; those of workflows beside it are.
 */
export async function workflowProblems(
  file: WorkflowFile,
  beside: readonly WorkflowFile[],
): Promise<WorkflowProblem[]> {
  // It was made for bundlers, and imports JSON as Node does not.
  const hooks = registerHooks({
    load: (url, context, next) =>
      next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
  });
  try {
    const { validate } = await import("@actions/languageservice");
    const { TextDocument } = await import("vscode-languageserver-textdocument");
    const { clearCache } = await import("@actions/languageservice/utils/workflow-cache");
    // It remembers what it read by the name of the file alone.
    clearCache();
    const document = TextDocument.create(
      `file:///project/.github/workflows/${file.name}`,
      "yaml",
      1,
      file.text,
    );
    const found = await validate(document, {
      fileProvider: {
        getFileContent: async (reference) => {
          const wanted = "repository" in reference ? undefined : basename(reference.path);
          const other = beside.find(({ name }) => name === wanted);
          if (other === undefined) throw new Error(`there is no ${JSON.stringify(reference)}`);
          return { name: other.name, content: other.text };
        },
      },
    });
    return found.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
  } finally {
    hooks.deregister();
  }
}
