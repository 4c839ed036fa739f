/** What a body written in MJML begins with. */
export const mjmlStart = `<mjml>
  <mj-body background-color="#f5f6f3">
    <mj-section background-color="#ffffff" padding="24px">
      <mj-column>
        <mj-text font-size="22px" font-weight="700">Hello {{ contact.firstName | default: "there" }}</mj-text>
        <mj-text font-size="15px" line-height="1.6"></mj-text>
        <mj-button background-color="#2a7d3f" href="https://"></mj-button>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;
