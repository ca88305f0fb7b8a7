import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { markStyles } from "./lib/nonce";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/ui.css";

markStyles();
createRoot(document.getElementById("root")!).render(<App />);
