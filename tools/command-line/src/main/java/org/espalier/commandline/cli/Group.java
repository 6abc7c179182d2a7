package org.espalier.commandline.cli;

/** The headings under which help lists the commands, in this order. */
public enum Group {
  START("Start here"),
  NETWORKS("Look at networks"),
  TRAINING("Train and prune"),
  COMPARISON("Compare"),
  EXCHANGE("Bring in and take out"),
  UPKEEP("Data, reports, speed");

  private final String heading;

  Group(String heading) {
    this.heading = heading;
  }

  String heading() {
    return heading;
  }
}
