#include "core/samplers/seeded_noise.h"

#include <QtTest>

#include "tests/core/samplers/golden.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestSeededNoise : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsPythonsGeneratorBitForBit();
    void aSecondSeedsNoiseIsMixedIn();
    void columnsOfOneNumberAreMixedStraight();
    void doesNotDependOnTheNeighbours();
    void isDrawnInFloat32AndThenCast();
};

void TestSeededNoise::equalsPythonsGeneratorBitForBit() {
    const Json expected = golden("noise.json");
    std::vector<NoiseSeed> seeds;
    for (const Json& seed : expected.at("seeds")) seeds.push_back({seed});
    SeededNoise noise(seeds, expected.at("shape").get<std::vector<int64_t>>(), at::kFloat, at::kCPU);
    for (const Json& draw : expected.at("draws")) QVERIFY(noise.draw().equal(unpacked(draw, {4, 4, 5, 3})));
}

void TestSeededNoise::aSecondSeedsNoiseIsMixedIn() {
    for (const Json& mixture : golden("noise.json").at("mixtures")) {
        const NoiseSeed seed{mixture.at("seed"), mixture.at("subseed"), mixture.at("strength")};
        SeededNoise noise({seed}, {1, 4, 5, 3}, at::kFloat, at::kCPU);
        QVERIFY(at::allclose(noise.draw(), unpacked(mixture.at("noise"), {1, 4, 5, 3}), 1e-5, 1e-6));
        SeededNoise plain({{seed.seed}}, {1, 4, 5, 3}, at::kFloat, at::kCPU);
        plain.draw();
        QVERIFY(noise.draw().equal(plain.draw()));  // what samplers draw later is the first seed's
    }
}

void TestSeededNoise::columnsOfOneNumberAreMixedStraight() {
    SeededNoise noise({{42, 7, 0.25}}, {1, 4, 1, 6}, at::kFloat, at::kCPU);
    SeededNoise low({{42}}, {1, 4, 1, 6}, at::kFloat, at::kCPU), high({{7}}, {1, 4, 1, 6}, at::kFloat, at::kCPU);
    QVERIFY(at::allclose(noise.draw(), low.draw() * 0.75 + high.draw() * 0.25));
}

void TestSeededNoise::doesNotDependOnTheNeighbours() {
    SeededNoise together({{7}, {8}}, {1, 4, 4, 4}, at::kFloat, at::kCPU);
    SeededNoise alone({{8}}, {1, 4, 4, 4}, at::kFloat, at::kCPU);
    for (int i = 0; i < 3; ++i) QVERIFY(together.draw().slice(0, 1).equal(alone.draw()));
}

void TestSeededNoise::isDrawnInFloat32AndThenCast() {
    SeededNoise exact({{5}}, {1, 4, 4, 4}, at::kFloat, at::kCPU);
    SeededNoise cast({{5}}, {1, 4, 4, 4}, at::kBFloat16, at::kCPU);
    QVERIFY(cast.draw().equal(exact.draw().to(at::kBFloat16)));
}

FANLIGHT_TEST(TestSeededNoise)
#include "tst_seeded_noise.moc"
