// What travels between layers, and what they are conditioned on.

#include "core/layers/state.h"

#include <ATen/ATen.h>

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;

namespace {

at::Tensor tokens(int64_t length, double value) { return at::full({1, length, 2}, value); }

std::vector<std::string> names_in(const NamedTensors& tensors) {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : tensors) names.push_back(name);
    return names;
}

}  // namespace

class TstState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namedTensorsKeepTheirOrder() {
        NamedTensors tensors{{"b", at::ones({1})}, {"a", at::ones({2})}};
        tensors.put("c", at::ones({3}));
        tensors.put("a", at::ones({4}));
        QCOMPARE(names_in(tensors), (std::vector<std::string>{"b", "a", "c"}));
        QCOMPARE(tensors.get("a").size(0), 4);
        QCOMPARE(tensors.take("b").size(0), 1);
        QVERIFY(!tensors.has("b"));
        QVERIFY(!tensors.take("b").defined());
        QVERIFY_THROWS_EXCEPTION(Error, tensors.get("b"));
    }

    void aStateIsUnpackedAsItWasPacked() {
        State state{.hidden = at::ones({2, 3}), .named = {{"stream", at::zeros({1})}, {"temb", at::ones({4})}}};
        const State arrived = unpacked_state(packed(state));
        QVERIFY(at::equal(arrived.hidden, state.hidden));
        QCOMPARE(names_in(arrived.named), names_in(state.named));
        QVERIFY(arrived.conditioning == nullptr && arrived.memory == nullptr);
        QVERIFY_THROWS_EXCEPTION(Error, unpacked_state({{"stream", at::ones({1})}}));
    }

    void rowsAreCutFromWhatHasRows() {
        const at::Tensor rows = at::arange(8).view({4, 2});
        const State state{
            .hidden = rows,
            .named = {{"scales", at::arange(4)}, {"time", at::scalar_tensor(3)}, {"temb", at::ones({1, 4})}}};
        const State half = rows_of(state, 2, 2);
        QVERIFY(at::equal(half.hidden, rows.narrow(0, 2, 2)) && half.hidden.is_alias_of(rows));
        QVERIFY(at::equal(half.named.get("scales"), at::arange(2, 4)));
        QVERIFY(at::equal(half.named.get("time"), at::scalar_tensor(3)));
        QVERIFY(at::equal(half.named.get("temb"), at::ones({1, 4})));
        QCOMPARE(names_in(half.named), names_in(state.named));

        const Conditioning all = joined({{tokens(1, 1)}, {tokens(3, 2)}}), last = rows_of(all, 1, 1);
        QVERIFY(at::equal(last.context, tokens(3, 2)) && last.mask.all().item<bool>() && !last.pooled.defined());
    }

    void rowsOfOneLengthNeedNoMask() {
        const Conditioning all = joined({{tokens(3, 1)}, {tokens(3, 2)}});
        QCOMPARE(all.context.sizes(), (at::IntArrayRef{2, 3, 2}));
        QVERIFY(!all.mask.defined());
        QVERIFY(!all.pooled.defined());
    }

    void shorterRowsAreFilledUpAndMasked() {
        const Conditioning all =
            joined({{.context = tokens(1, 1), .pooled = at::ones({1, 5}), .ids = at::ones({1, 1, 3})},
                    {.context = tokens(3, 2), .pooled = at::zeros({1, 5}), .ids = at::ones({1, 3, 3})}});
        QCOMPARE(all.context.sizes(), (at::IntArrayRef{2, 3, 2}));
        QCOMPARE(all.context[0].sum().item<double>(), 2.0);
        QVERIFY(at::equal(all.mask, at::tensor({1, 0, 0, 1, 1, 1}).view({2, 3}).to(at::kBool)));
        QCOMPARE(all.pooled.sizes(), (at::IntArrayRef{2, 5}));
        QCOMPARE(all.ids.sizes(), (at::IntArrayRef{2, 3, 3}));
    }

    void aMaskThatARowBringsIsKept() {
        const Conditioning masked{.context = tokens(2, 1), .mask = at::tensor({1, 0}).view({1, 2}).to(at::kBool)};
        const Conditioning all = joined({masked, {tokens(2, 2)}});
        QVERIFY(at::equal(all.mask, at::tensor({1, 0, 1, 1}).view({2, 2}).to(at::kBool)));
    }

    void rowsThatLackWhatOthersHaveAreRefused() {
        const Conditioning pooled{.context = tokens(2, 1), .pooled = at::ones({1, 5})};
        QVERIFY_THROWS_EXCEPTION(Error, joined({pooled, {tokens(2, 1)}}));
    }

    void conditioningTravelsAmongTheTensors() {
        NamedTensors tensors{{"hidden", at::ones({1})}};
        QVERIFY(!taken_conditioning(tensors));
        put({.context = tokens(2, 1), .pooled = at::ones({1, 5})}, tensors);
        QCOMPARE(tensors.size(), size_t{3});
        const auto taken = taken_conditioning(tensors);
        QVERIFY(taken && at::equal(taken->context, tokens(2, 1)) && taken->pooled.defined() && !taken->mask.defined());
        QCOMPARE(names_in(tensors), (std::vector<std::string>{"hidden"}));
    }
};

FANLIGHT_TEST(TstState)
#include "tst_state.moc"
