// Takes a picture with the device's camera into a file field; without script, or without a camera, the field is there all the same.
"use strict";

const WANTED = { video: { facingMode: "environment", width: { ideal: 3840 }, height: { ideal: 2160 } }, audio: false };
const JPEG_QUALITY = 0.95;

for (const box of document.querySelectorAll("[data-camera]")) {
  const field = document.getElementById(box.dataset.camera);
  const part = (name) => box.querySelector(`[data-part=${name}]`);
  const [open, view, video, picture, take, again, close] =
    ["open", "view", "video", "picture", "take", "again", "close"].map(part);
  const status = box.querySelector("[role=status]");
  const say = (name) => { status.textContent = name ? box.dataset[name] : ""; };
  let stream = null;

  const show = (isTaken) => {
    video.hidden = take.hidden = close.hidden = isTaken;
    picture.hidden = again.hidden = !isTaken;
  };

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
  };

  const leave = () => { stop(); view.hidden = true; open.hidden = false; };

  const start = async () => {
    say("");
    try {
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
    } catch (error) {
      say(error.name === "NotAllowedError" ? "refused" : error.name === "NotFoundError" ? "absent" : "occupied");
      leave();
      open.focus();
      return;
    }
    video.srcObject = stream;
    await video.play();
    open.hidden = true;
    view.hidden = false;
    show(false);
    take.focus();
  };

  take.addEventListener("click", () => {
    picture.width = video.videoWidth;
    picture.height = video.videoHeight;
    picture.getContext("2d").drawImage(video, 0, 0);
    stop();
    picture.toBlob((blob) => {
      const held = new DataTransfer();
      held.items.add(new File([blob], "camera.jpg", { type: "image/jpeg" }));
      field.files = held.files;
      show(true);
      say("taken");
      again.focus();
    }, "image/jpeg", JPEG_QUALITY);
  });
  open.addEventListener("click", start);
  again.addEventListener("click", () => { field.value = ""; start(); });
  close.addEventListener("click", () => { field.value = ""; say(""); leave(); open.focus(); });
  // Another file was chosen instead: the camera has no more to do.
  field.addEventListener("change", () => { say(""); leave(); });
  addEventListener("pagehide", stop);

  box.hidden = false;
  // Browsers give pages the camera on addresses that begin with https: only.
  if (!navigator.mediaDevices) { open.disabled = true; say("insecure"); }
}
