#pragma once

#include <QCoreApplication>
#include <QTest>
#include <type_traits>

/// The tests of a folder are one program, and each run is one test class in a process of its own. A file ends with
///     FANLIGHT_TEST(TestJson)                      without an application
///     FANLIGHT_TEST(TestQueuePane, QApplication)   with one
///     #include "tst_json.moc"
/// and `core_base_tests tst_json` runs it; what follows the name are Qt Test's arguments.
namespace fanlight {

/// One thing that a test program can be told to run: its name is its argv[0] then, and its arguments follow.
struct TestPart {
    using Main = int (*)(int argc, char** argv);

    /// `name`: what the first argument must be; of a path, the file's name without its suffix.
    TestPart(const char* name, Main main);
};

template <class Test, class Application = void>
int run_test(int argc, char** argv) {
    const auto run = [&] {
        Test test;
        return QTest::qExec(&test, argc, argv);
    };
    if constexpr (std::is_void_v<Application>) {
        return run();
    } else {
        QCoreApplication::setAttribute(Qt::AA_Use96Dpi);
        const Application application(argc, argv);
        return run();
    }
}

}  // namespace fanlight

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define FANLIGHT_TEST(...) static const fanlight::TestPart test_part(__FILE__, fanlight::run_test<__VA_ARGS__>);
