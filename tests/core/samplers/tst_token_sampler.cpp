// Tokens are chosen as transformers and torch.multinomial choose them (tests/golden/data/language_models).

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <QTest>

#include "core/base/json.h"
#include "core/base/stopwatch.h"
#include "core/samplers/token_sampler.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

TextTask task_of(const Json& settings) {
    const std::string where = "sampling_cases.json";
    return {.seed = settings.at("seed"),
            .do_sample = true,
            .temperature = settings.at("temperature"),
            .top_k = settings.at("top_k"),
            .top_p = settings.at("top_p"),
            .min_p = optional_or<double>(settings, "min_p", 0, where),
            .repetition_penalty = settings.at("repetition_penalty")};
}

std::vector<float> floats(const at::Tensor& tensor) {
    return {tensor.const_data_ptr<float>(), tensor.const_data_ptr<float>() + tensor.numel()};
}

}  // namespace

class TstTokenSampler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void drawsAreThoseOfTransformers() {
        const Json data = read_json_file(source_path("/tests/golden/data/language_models/sampling_cases.json"));
        QVERIFY(data.at("cases").size() >= 9);
        for (const Json& expected : data.at("cases")) {
            TokenSampler sampler(task_of(expected), {});
            const auto context = expected.at("context").get<std::vector<int64_t>>();
            for (const int64_t draw : expected.at("draws").get<std::vector<int64_t>>()) {
                auto logits = expected.at("logits").get<std::vector<float>>();
                QCOMPARE(sampler.next(logits, context, 0), draw);
            }
        }
    }

    void drawsAreThoseOfMultinomial_data() {
        QTest::addColumn<int>("vocabulary");
        for (const int vocabulary : {1, 2, 17, 1000, 50257}) QTest::addRow("%d", vocabulary) << vocabulary;
    }
    void drawsAreThoseOfMultinomial() {
        QFETCH(int, vocabulary);
        auto generator = at::make_generator<at::CPUGeneratorImpl>(7);
        TokenSampler sampler({.seed = 7, .do_sample = true}, {});
        for (int i = 0; i < 20; ++i) {
            const at::Tensor logits = at::randn({1, vocabulary}) * 3;
            auto scores = floats(logits);
            const int64_t expected = at::multinomial(at::softmax(logits, -1), 1, false, generator).item<int64_t>();
            QCOMPARE(sampler.next(scores, {}, 0), expected);
        }
    }

    void greedyTakesTheFirstOfTheLargest() {
        std::vector<float> logits = {1, 3, 2, 3};
        TokenSampler sampler({}, {});
        QVERIFY(sampler.is_plain());
        QCOMPARE(sampler.next(logits, {}, 0), int64_t{1});
    }

    void ngramsAreNotRepeated() {
        const std::vector<int64_t> text = {1, 2, 3, 1, 2};
        TokenSampler sampler({.no_repeat_ngram_size = 3}, {});
        std::vector<float> logits = {0, 1, 2, 9};
        QCOMPARE(sampler.next(logits, text, 0), int64_t{2});  // 1 2 3 is there already
        TokenSampler of_one({.no_repeat_ngram_size = 1}, {});
        logits = {0, 1, 2, 9};
        QCOMPARE(of_one.next(logits, text, 0), int64_t{0});
    }

    void endsAndSuppressedTokensAreForbidden() {
        TokenSampler sampler({.min_new_tokens = 2}, {3}, {2});
        std::vector<float> logits = {0, 1, 8, 9};
        QCOMPARE(sampler.next(logits, {}, 1), int64_t{1});
        logits = {0, 1, 8, 9};
        QCOMPARE(sampler.next(logits, {}, 2), int64_t{3});
    }

    void extremeLogitsAreDrawnFrom() {
        const float never = -std::numeric_limits<float>::infinity();
        TokenSampler sampler({.do_sample = true, .temperature = 1e-3, .top_k = 2, .top_p = 0.1, .min_p = 0.9}, {});
        std::vector<float> logits = {never, 5000, never, -5000};
        QCOMPARE(sampler.next(logits, {}, 0), int64_t{1});
        QVERIFY_THROWS_EXCEPTION(Error, TokenSampler({.do_sample = true, .temperature = 0}, {}));
    }

    /// A share of a decode step: at a vocabulary of 150,000 the full sort of transformers alone takes 15 ms.
    void largeVocabulariesAreCheap() {
        TokenSampler sampler({.do_sample = true, .top_k = 50, .top_p = 0.9}, {});
        const at::Tensor logits = at::randn({151936}) * 3;
        const Stopwatch watch;
        for (int i = 0; i < 10; ++i) {
            auto scores = floats(logits);
            sampler.next(scores, {}, 0);
        }
        qInfo("%.2f ms a token", watch.seconds() * 100);
        QVERIFY(watch.seconds() < 1);
    }
};

FANLIGHT_TEST(TstTokenSampler)
#include "tst_token_sampler.moc"
