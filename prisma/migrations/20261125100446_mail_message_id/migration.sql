-- Bounces name a mail by its Message-ID. The table is new: nothing waits for the index.

-- CreateIndex
CREATE INDEX "mail_workspace_id_message_id_header_idx" ON "mail"("workspace_id", "message_id_header");
