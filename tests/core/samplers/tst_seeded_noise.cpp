#include "core/samplers/seeded_noise.h"

#include <QtTest>

#include "tests/core/samplers/golden.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestSeededNoise : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsPythonsGeneratorBitForBit();
    void doesNotDependOnTheNeighbours();
    void isDrawnInFloat32AndThenCast();
};

void TestSeededNoise::equalsPythonsGeneratorBitForBit() {
    const Json expected = golden("noise.json");
    const auto seeds = expected.at("seeds").get<std::vector<uint64_t>>();
    SeededNoise noise(seeds, expected.at("shape").get<std::vector<int64_t>>(), at::kFloat, at::kCPU);
    for (const Json& draw : expected.at("draws")) QVERIFY(noise.draw().equal(unpacked(draw, {4, 4, 5, 3})));
}

void TestSeededNoise::doesNotDependOnTheNeighbours() {
    SeededNoise together({7, 8}, {1, 4, 4, 4}, at::kFloat, at::kCPU);
    SeededNoise alone({8}, {1, 4, 4, 4}, at::kFloat, at::kCPU);
    for (int i = 0; i < 3; ++i) QVERIFY(together.draw().slice(0, 1).equal(alone.draw()));
}

void TestSeededNoise::isDrawnInFloat32AndThenCast() {
    SeededNoise exact({5}, {1, 4, 4, 4}, at::kFloat, at::kCPU);
    SeededNoise cast({5}, {1, 4, 4, 4}, at::kBFloat16, at::kCPU);
    QVERIFY(cast.draw().equal(exact.draw().to(at::kBFloat16)));
}

FANLIGHT_TEST(TestSeededNoise)
#include "tst_seeded_noise.moc"
