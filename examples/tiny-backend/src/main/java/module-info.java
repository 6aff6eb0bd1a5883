/** A backend outside Shiftwise: it exports nothing and provides one provider. */
module com.example.tiny {
  requires dev.shiftwise.api;

  provides dev.shiftwise.backend.BackendProvider with
      com.example.tiny.TinyProvider;
}
