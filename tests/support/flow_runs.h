#pragma once

#include <QFile>
#include <QTest>
#include <string>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"

namespace fanlight {

/// Runs of a golden model of data/pipelines whose pictures are made of a flow, on the command line, of 32x32 pixels in
/// two steps, in a home of their own.
class FlowRuns {
public:
    /// `list`: a table of prompts, each of which makes one picture.
    FlowRuns(const std::string& model, QByteArray list)
        : model(QString(source_path("/tests/golden/data/pipelines/" + model))), list_(std::move(list)) {}

    PrivateHome home;
    const QString model;

    QStringList on(const QStringList& arguments) const {
        return QStringList{"-m", model, "--steps", "2", "-W", "32", "-H", "32", "--threads", "1"} + arguments;
    }

    ProgramResult planned(const QStringList& arguments) const {
        return run_fanlight(QStringList{"plan"} + on(arguments));
    }

    /// The run folder, or why there is none.
    QString made(const QString& name, const QStringList& arguments, const QStringList& launch = {}) const {
        const QString folder = home.path(name), list = home.path("list.csv");
        if (QFile file(list); !file.open(QIODevice::WriteOnly) || file.write(list_) != list_.size()) return list;
        const ProgramResult run =
            run_fanlight(launch + QStringList{"generate", "-p", list, "-o", folder} + on(arguments));
        return run.status == 0 ? folder : run.err;
    }

    /// Fails the test unless every mode, launched processes and a replay make the bytes of this run of one worker.
    void compare_ways(const QString& one) const {
        const auto pictures = images_in(one);
        const auto count = list_.count('\n') - 1;
        QCOMPARE(pictures.size(), count);
        QCOMPARE(images_in(made("two", {"--devices", "cpu,cpu", "--split", "even"})), pictures);
        QCOMPARE(images_in(made("staged", {"--devices", "cpu,cpu", "--mode", "pipelined"})), pictures);
        QCOMPARE(images_in(made("three", {"--devices", "cpu,cpu,cpu", "--mode", "pipelined"})), pictures);
        QCOMPARE(images_in(made("sharded", {"--devices", "cpu", "--mode", "sharded"})), pictures);
        QCOMPARE(images_in(made("launched", {}, {"launch", "--cpu", "--num-processes", "2"})), pictures);
        const ProgramResult again = run_fanlight({"replay", one, "-o", home.path("again")});
        const QString said = QString("%1 of %1 images have the same bytes as before").arg(count);
        QVERIFY2(again.status == 0 && again.err.contains(said), qPrintable(again.err));
    }

private:
    const QByteArray list_;
};

}  // namespace fanlight
