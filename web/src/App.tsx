import { Overview } from "./pages/Overview";

/** The frame around every page. */
export function App() {
  return (
    <>
      <header>
        <h1>
          <img src="/static/favicon.svg" alt="" width="24" height="24" /> arcops
        </h1>
        <nav>
          <a href="/docs">API</a>
        </nav>
      </header>
      <Overview />
    </>
  );
}
