/** The least `toConfig` takes; nothing listens at these addresses. */
export function requiredConfig(): Record<string, unknown> {
  const url = "http://127.0.0.1:1";
  const secret = "of-a-test";
  return {
    his: { url, app_id: "test", secret },
    citizen_code: { url, app_id: "test", secret },
    insurance: { url, paas_id: "test", secret },
    aggregate_pay: {
      url,
      app_id: "test",
      app_key: secret,
      notify_key: secret,
      order_prefix: "YKT1",
      notify_url: url,
    },
  };
}
