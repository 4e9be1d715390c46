#include "dialect/cohere/cohere.h"

#include "dialect/cohere/errors.h"

namespace sightglass::dialect::cohere {
namespace {

class CohereDialect final : public Dialect {
public:
    std::string_view Name() const noexcept override { return "cohere"; }

    void ReadRequestLine(std::string_view method, std::string_view path, Call& call)
        const override {
        cohere::ReadRequestLine(method, path, call);
    }

    void ReadRequest(const RequestView& request, Call& call) const override {
        cohere::ReadRequest(request, call);
    }

    void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) const override {
        cohere::ReadResponseHead(http_status, header, call);
    }

    void ReadResponseBody(const BodyView& body, Call& call) const override {
        cohere::ReadResponseBody(body, call);
    }

    std::unique_ptr<StreamReader> NewStreamReader() const override {
        return cohere::NewStreamReader();
    }

    void ReadText(std::string_view name, std::string_view data, AnswerText& text) const override {
        cohere::ReadText(name, data, text);
    }

    std::string ErrorBody(int, ErrorType, std::string_view, std::string_view message)
        const override {
        return cohere::ErrorBody(message);
    }
};

}  // namespace

const Dialect& Cohere() noexcept {
    static const CohereDialect dialect;
    return dialect;
}

}  // namespace sightglass::dialect::cohere
