// A network that is none of those here: two streams, a text that changes on the way, an end that nobody knows
// beforehand. Whole or cut, it makes the same.

#include <ATen/ATen.h>

#include <QTest>
#include <array>

#include "core/pipelines/pipeline.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// Layers that mix two streams with the text and remember what they have made of it.
std::vector<LayerPlan> toy_layers() {
    const auto layer = [](const std::string& name, auto run) {
        return LayerPlan{name, [=] { return Layer::Function([=](State& state) { run(name, state); }); }};
    };
    const auto mix = [](const std::string& name, State& s) {
        auto& kept = (*s.memory)[name];
        if (kept.empty()) kept = {s.conditioning->context.mean({1}) + static_cast<double>(name.back())};
        s.named.put("stream", s.named.get("stream") + 0.5 * s.hidden);
        s.hidden = s.hidden * 0.9 + s.named.get("stream") * kept.front();
    };
    return {layer("split", [](const std::string&, State& s) { s.named.put("stream", s.hidden * 2); }),
            layer("mix.0", mix), layer("mix.1", mix),
            layer("join", [](const std::string&, State& s) { s.hidden = s.hidden - s.named.take("stream"); })};
}

constexpr size_t text_changes_at = 2;

at::Tensor numbers_of(const Outputs& outputs) { return std::get<Pictures>(outputs).images().view(at::kDouble); }

class ToyGeneration : public Generation {
public:
    ToyGeneration(const Part& part, const LayerSequence& layers) : Generation(part, layers) {}

    NamedTensors begin() override { return {{"x", at::tensor({1.0, 2.0})}}; }
    Progress progress() const override { return {evaluated_, 0}; }

protected:
    Outputs outputs() override {
        const at::Tensor bytes = result_.view(at::kByte);  // there are no pictures of other numbers
        return Pictures(bytes, at::ones({bytes.size(0)}, at::kByte));
    }
    std::shared_ptr<const Conditioning> conditioning(size_t evaluation) override {
        const auto text = [](double value, int64_t length) {
            return std::make_shared<const Conditioning>(Conditioning{at::full({1, length, 2}, value)});
        };
        if (evaluation == 0) text_ = text(0.1, 3);
        if (evaluation == text_changes_at) text_ = text(0.3, 5);
        return text_;
    }
    State enter(size_t, NamedTensors input) override { return {.hidden = input.take("x")}; }
    std::optional<NamedTensors> take(size_t, State state) override {
        ++evaluated_;
        result_ = state.hidden;
        if (evaluated_ >= 3 && result_.sum().item<double>() > 10) return std::nullopt;
        return NamedTensors{{"x", result_}};
    }

private:
    std::shared_ptr<const Conditioning> text_;
    at::Tensor result_;
    size_t evaluated_ = 0;
};

class ToyStage : public Pipeline {
public:
    explicit ToyStage(const Part& part)
        : part_(part), layers_(toy_layers(), Weights::of({}, Weights::Placement{}), part.layers) {}
    std::unique_ptr<Generation> open(const std::vector<Task>&) override {
        return std::make_unique<ToyGeneration>(part_, layers_);
    }

private:
    const Part part_;
    const LayerSequence layers_;
};

}  // namespace

class TstGeneration : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCutMakesTheNumbersOfTheWhole_data() {
        QTest::addColumn<int>("cut");
        for (const int cut : {1, 2, 3}) QTest::addRow("before layer %d", cut) << cut;
    }

    void everyCutMakesTheNumbersOfTheWhole() {
        QFETCH(int, cut);
        ToyStage whole({});
        const auto expected = std::get<Pictures>(run_whole(*whole.open({}), [](Generation&) { return true; }).value());

        ToyStage first({.layers = {0, cut}, .last = false}), last({.layers = {cut, 4}, .first = false});
        const auto enters = first.open({}), leaves = last.open({});
        std::optional<NamedTensors> input = leaves->begin();
        std::vector<size_t> told;
        for (size_t i = 0; input; ++i) {
            const NamedTensors between = enters->run(i, *input).value();
            if (between.has("conditioning.context")) told.push_back(i);
            input = leaves->run(i, between);
        }
        QVERIFY(at::equal(numbers_of(leaves->finish()), numbers_of(expected)));
        QCOMPARE(told, (std::vector<size_t>{0, text_changes_at}));  // and no word of it in between
        QCOMPARE(leaves->progress().of, size_t{0});
        QVERIFY(leaves->progress().evaluated >= 3);
    }

    void aStepThatSaysNoEndsIt() {
        ToyStage whole({});
        int calls = 0;
        QVERIFY(!run_whole(*whole.open({}), [&](Generation&) { return ++calls < 2; }));
        QCOMPARE(calls, 2);
    }

    void whatIsConditionedOnChangesTheResult() {
        // Without a memory that is emptied, the second text would have no keys and values of its own.
        ToyStage whole({});
        std::vector<at::Tensor> results;
        run_whole(*whole.open({}), [&](Generation& generation) {
            results.push_back(numbers_of(generation.finish()));
            return true;
        });
        QVERIFY(results.size() > text_changes_at);
        at::Tensor x = at::tensor({1.0, 2.0});
        for (size_t i = 0; i < results.size(); ++i) {
            const double text = i < text_changes_at ? 0.1 : 0.3;
            at::Tensor hidden = x, stream = x * 2;
            for (const char number : {'0', '1'}) {
                stream = stream + 0.5 * hidden;
                hidden = hidden * 0.9 + stream * (at::full({1, 2}, text) + static_cast<double>(number));
            }
            x = hidden - stream;
            QVERIFY(at::allclose(results[i], x));
        }
    }
};

FANLIGHT_TEST(TstGeneration)
#include "tst_generation.moc"
