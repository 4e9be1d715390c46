#include "dialect/ollama/ollama.h"

#include "dialect/ollama/errors.h"

namespace sightglass::dialect::ollama {
namespace {

class OllamaDialect final : public Dialect {
public:
    std::string_view Name() const noexcept override { return "ollama"; }

    void ReadRequestLine(std::string_view method, std::string_view path, Call& call)
        const override {
        ollama::ReadRequestLine(method, path, call);
    }

    void ReadRequest(const RequestView& request, Call& call) const override {
        ollama::ReadRequest(request, call);
    }

    /// Nothing but the status: Ollama names no request and states no limits.
    void ReadResponseHead(int http_status, const HeaderLookup&, Call& call) const override {
        if (http_status > 0) {
            call.http_status = http_status;
        }
    }

    void ReadResponseBody(const BodyView& body, Call& call) const override {
        ollama::ReadResponseBody(body, call);
    }

    std::unique_ptr<StreamReader> NewStreamReader() const override {
        return ollama::NewStreamReader();
    }

    void ReadText(std::string_view name, std::string_view data, AnswerText& text) const override {
        ollama::ReadText(name, data, text);
    }

    std::string ErrorBody(int, ErrorType, std::string_view, std::string_view message)
        const override {
        return ollama::ErrorBody(message);
    }
};

}  // namespace

const Dialect& Ollama() noexcept {
    static const OllamaDialect dialect;
    return dialect;
}

}  // namespace sightglass::dialect::ollama
