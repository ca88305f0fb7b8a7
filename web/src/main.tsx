import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/ui.css";

createRoot(document.getElementById("root")!).render(<App />);
