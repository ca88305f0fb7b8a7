"""Filing 填报: what is due, drafts, files, and the moves by which a filing becomes fact."""
