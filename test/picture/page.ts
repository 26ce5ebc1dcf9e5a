import { readFileSync } from "node:fs";
import { join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { ROOT } from "../support/workspace";

/** In CSS pixels: about what GitHub gives a comment on a wide screen. */
export const WIDTH = 900;

/** What the page writes into its title when all of it is drawn: its height in pixels. */
export const HEIGHT = /<title>drawn at (\d+)<\/title>/;

const FRAME = `
  body { margin: 16px; background: #fff; }
  .comment { border: 1px solid #d1d9e0; border-radius: 6px; }
  .author { padding: 10px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0;
    font: 14px "Noto Sans", Helvetica, Arial, sans-serif; color: #59636e; }
  .author b { color: #1f2328; }
  .markdown-body { padding: 16px; font-size: 14px; }
  .markdown-body pre.mermaid { background: none; border: 1px solid #d1d9e0; text-align: center; }
`;

/**
 * A comment as GitHub shows it: Markdown of its kind, its style sheet, and Mermaid's pictures. GitHub takes out of the HTML of
 * a comment what could do harm; here none of it runs either, as the page takes no script but its own.
 */
export function commentPage(markdown: string): string {
  const rendered = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const pictured = rendered.replace(
    /<pre><code class="language-mermaid">(.*?)<\/code><\/pre>/gs,
    '<pre class="mermaid">$1</pre>',
  );
  const nonce = "own";
  return `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<title>not drawn</title>
<style>${text("github-markdown-css/github-markdown-light.css")}${FRAME}</style>
<div class="comment">
<div class="author"><b>github-actions</b> commented</div>
<div class="markdown-body">${pictured}</div>
</div>
<script nonce="${nonce}">${text("mermaid/dist/mermaid.min.js").replaceAll("</script", "<\\/script")}</script>
<script nonce="${nonce}">
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: "default", look: "classic" });
  mermaid.run().finally(() => { document.title = "drawn at " + document.documentElement.scrollHeight; });
</script>
`;
}

function text(file: string): string {
  return readFileSync(join(ROOT, "node_modules", file), "utf8");
}
