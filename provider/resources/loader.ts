/**
 * The text that state keeps in every resource as its provider. It names the package and nothing else, so that a delete or
 * refresh runs the installed version of the code and not the one of years ago. It holds no value of any environment, and
 * it never changes: a change would show as a difference on every resource ever made.
 *
 * `configure` is synchronous, because the host lets other calls pass while it waits; the registry is opened by the first call
 * that needs it.
 */
export const LOADER =
  'exports.handler=()=>{let c,p;const l=()=>p??=import("pulumi-persistentchat/lifecycle").then(m=>m.start(c)),' +
  "f=k=>async(...a)=>(await l())[k](...a);return{configure(r){c=r.config}," +
  'check:f("check"),diff:f("diff"),create:f("create"),read:f("read"),update:f("update"),delete:f("delete")}};';
