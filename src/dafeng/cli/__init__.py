"""The command line face: parse, call one use case, render. No rule about carbon lives here."""
