/** Request header: the App Check token of the site's app. The name is Firebase's. In a file of its own: few pages load it. */
export const APP_CHECK_HEADER = "x-firebase-appcheck";
