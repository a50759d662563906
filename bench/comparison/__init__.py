"""What bench/compare is made of: servers, scenarios, measuring, figures, report and plots."""
