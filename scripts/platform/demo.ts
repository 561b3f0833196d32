/** What the seed adds. Only for a developer's machine. */
export const demo = {
  videoId: "welcome",
  password: "demo-password",
  users: [
    { email: "ada@example.com", username: "ada", comment: "First! The opening shot is lovely." },
    {
      email: "grace@example.com",
      username: "grace",
      comment: "Open a second window and answer me: I will see it at once.",
    },
  ],
};
